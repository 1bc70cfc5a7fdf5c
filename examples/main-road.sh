#!/usr/bin/env bash
# Walks the main road against a running demo and prints each answer: a complaint becomes an approved settlement and an
# archive file. Needs curl and jq.
#
#   cargo run --release -- demo          # in another terminal
#   examples/main-road.sh                # or: examples/main-road.sh http://127.0.0.1:8081/graphql
set -euo pipefail

endpoint=${1:-http://127.0.0.1:8080/graphql}
password=${REDRESS_DEMO_PASSWORD:-redress-demo-2026}

# Fails with the answer when the server says no: an error, or a refusal in a payload.
send() { # TOKEN DOCUMENT VARIABLES
  local answer
  answer=$(jq -n --arg query "$2" --argjson variables "$3" '{$query, $variables}' |
    curl -sS "$endpoint" -H 'Content-Type: application/json' -H 'Accept-Language: zh-CN' \
      ${1:+-H "Authorization: Bearer $1"} --data-binary @-)
  if jq -e '.errors or ([.data[]? | .refusals? // [] | .[]] | length > 0)' <<<"$answer" >/dev/null; then
    jq . <<<"$answer" >&2
    exit 1
  fi
  printf '%s' "$answer"
}

sign_in() { # LOGIN
  local document='mutation($login: String!, $password: String!) {
    login(input: { login: $login, password: $password }) { accessToken } }'
  send '' "$document" "$(jq -n --arg login "$1" --arg password "$password" '{$login, $password}')" |
    jq -r .data.login.accessToken
}

step() { # TITLE TOKEN DOCUMENT VARIABLES; the answer is kept in $answer
  printf '\n== %s\n' "$1"
  answer=$(send "$2" "$3" "$4")
  jq -C .data <<<"$answer"
}

get() { jq -r ".data$1" <<<"$answer"; }

handler=$(sign_in handler)
supervisor=$(sign_in supervisor)
manager=$(sign_in manager)
auditor=$(sign_in auditor)
key="road-$(date +%s)-$$"

step '咨诉岗登记来电投诉 · the handler registers a complaint by phone' "$handler" '
  mutation($input: RegisterCaseInput!) {
    registerCase(input: $input) {
      case { id number state version deadlines { code rule dueAt } complainantName { value } }
      refusals { code rule field message }
    }
  }' "$(jq -n --arg key "$key" '{input: {
    idempotencyKey: "\($key)-register", channel: "PHONE", relation: "ONESELF",
    summary: "客户反映投保时业务员承诺三年返还，实际为二十年期终身寿险，要求退保。",
    complainantName: "李秀英", phone: "13812345678", contractNumber: "HK2019-\($key)",
    policyholderName: "李秀英", insuredName: "李秀英",
    callForm: {callerNumber: "13812345678", receiver: "李文博"}}}')"
case_id=$(get .registerCase.case.id)
number=$(get .registerCase.case.number)
version=$(get .registerCase.case.version)

step '咨诉主管查看可分配的经办人 · the supervisor looks for a handler' "$supervisor" '
  query { staff(role: HANDLER, first: 10) { edges { node { id name title } } } }' '{}'
handler_id=$(send "$handler" '{ viewer { staff { id } } }' '{}' | jq -r .data.viewer.staff.id)

step '咨诉主管分配案件 · the supervisor allocates the case' "$supervisor" '
  mutation($input: AllocateCaseInput!) {
    allocateCase(input: $input) { case { state version handler { name } } refusals { code rule message } }
  }' "$(jq -n --arg case "$case_id" --arg handler "$handler_id" --argjson version "$version" \
  '{input: {caseId: $case, handlerId: $handler, expectedVersion: $version}}')"

step '联系客户、听取陈述、查明事实与责任 · contact, statement, findings' "$handler" '
  mutation($case: ID!) {
    contact: recordContact(input: { caseId: $case, direction: OUTBOUND, means: PHONE, content: "告知已受理，七个工作日内联系并处理。" }) { refusals { code message } }
    statement: recordStatement(input: { caseId: $case, party: COMPLAINANT, text: "业务员说三年到期连本带息返还。" }) { refusals { code message } }
    fact: recordFinding(input: { caseId: $case, finding: FACT, text: "业务员手写的收益说明与条款不一致。" }) { refusals { code message } }
    responsibility: recordFinding(input: { caseId: $case, finding: RESPONSIBILITY, responsibleParty: AGENT, text: "业务员误导销售。" }) {
      case { state version deadlines { code status } } refusals { code message }
    }
  }' "$(jq -n --arg case "$case_id" '{$case}')"
version=$(get .responsibility.case.version)

printf '\n== %s\n' '上传证据 · the handler brings a file: recognised, hashed and encrypted while it comes'
upload=$(printf '回访录音摘录：客户称业务员承诺三年返还。' | curl -sS "${endpoint%/graphql}/files" --data-binary @- \
  -H "Authorization: Bearer $handler" -H 'Content-Type: text/plain' \
  -H "Content-Disposition: attachment; filename*=UTF-8''%E5%BD%95%E9%9F%B3%E6%91%98%E5%BD%95.txt")
jq -C . <<<"$upload"

step '作为证据附入案件 · and attaches it to the case, for good' "$handler" '
  mutation($input: AddEvidenceInput!) {
    addEvidence(input: $input) { evidence { id kind source sha256 path name { value } collector { name } } refusals { code rule message } }
  }' "$(jq -n --arg case "$case_id" --arg upload "$(jq -r .id <<<"$upload")" \
  '{input: {caseId: $case, uploadId: $upload, kind: "RECORDING", source: "OWN_INQUIRY", description: "回访录音摘录"}}')"
evidence_path=$(get .addEvidence.evidence.path)
evidence_id=$(get .addEvidence.evidence.id)

printf '\n== %s\n' '主管查阅证据，登记在册 · the supervisor reads it, on record'
curl -sS "${endpoint%/graphql}$evidence_path" -H "Authorization: Bearer $supervisor"
echo

step '起草处理方案 · the handler drafts the plan' "$handler" '
  mutation($input: DraftPlanInput!) {
    draftPlan(input: $input) { case { state version plans { number proposal } } refusals { code rule message } }
  }' "$(jq -n --arg case "$case_id" --argjson version "$version" \
  '{input: {caseId: $case, expectedVersion: $version, basis: "保险合同条款及《保险法》。", proposal: "协议解约，在现金价值之外补偿 2500 元。"}}')"
version=$(get .draftPlan.case.version)

step '提请协议解约审批 · the handler asks for a negotiated surrender; the server works the tier out' "$handler" '
  mutation($input: RequestApprovalInput!) {
    requestApproval(input: $input) {
      approval { id version state tier requiredRole rule content { ... on NegotiatedSurrender { excess ratioPercent } } }
      refusals { code rule field message }
    }
  }' "$(jq -n --arg key "$key" --arg case "$case_id" '{input: {
    idempotencyKey: "\($key)-request", caseId: $case, reason: "销售过程存在瑕疵，客户同意协议解约。",
    content: {negotiatedSurrender: {scope: "FULL", cashValue: "10000.00", agreedTotal: "12500.00", totalPremium: "20000.00"}}}}')"
approval_id=$(get .requestApproval.approval.id)
approval_version=$(get .requestApproval.approval.version)

step '提交方案 · the handler submits the plan' "$handler" '
  mutation($input: SubmitPlanInput!) { submitPlan(input: $input) { case { state version } refusals { code rule message } } }' \
  "$(jq -n --arg case "$case_id" --argjson version "$version" '{input: {caseId: $case, expectedVersion: $version}}')"
version=$(get .submitPlan.case.version)

step '经理能否审批？须先经主管复核 · why the manager cannot decide yet' "$manager" '
  query($id: ID!) { node(id: $id) { ... on Approval { viewerCan { decide { allowed refusals { code rule message mayBeDoneBy } } } } } }' \
  "$(jq -n --arg id "$approval_id" '{$id}')"

step '咨诉主管复核审批事项与方案 · the supervisor endorses the item and approves the plan' "$supervisor" '
  mutation($endorse: EndorseApprovalInput!, $review: ReviewPlanInput!) {
    endorseApproval(input: $endorse) { approval { state version } refusals { code rule message } }
    reviewPlan(input: $review) { case { state version } refusals { code rule message } }
  }' "$(jq -n --arg key "$key" --arg case "$case_id" --arg approval "$approval_id" --argjson version "$version" --argjson approvalVersion "$approval_version" '{
    endorse: {idempotencyKey: "\($key)-endorse", approvalId: $approval, expectedVersion: $approvalVersion, opinion: "情况属实，建议同意。"},
    review: {idempotencyKey: "\($key)-review", caseId: $case, expectedVersion: $version, verdict: "APPROVE", opinion: "事实清楚，方案可行。"}}')"
approval_version=$(get .endorseApproval.approval.version)
version=$(get .reviewPlan.case.version)

step '客服部经理审批 · the manager decides' "$manager" '
  mutation($input: DecideApprovalInput!) {
    decideApproval(input: $input) {
      approval { state steps { act actedBy { name } actedAs aboveTier opinion contentSha256 } }
      refusals { code rule message mayBeDoneBy }
    }
  }' "$(jq -n --arg key "$key" --arg approval "$approval_id" --argjson version "$approval_version" \
  '{input: {idempotencyKey: "\($key)-decide", approvalId: $approval, expectedVersion: $version, decision: "APPROVE", opinion: "同意。"}}')"

step '答复客户 · the complainant gets the answer' "$handler" '
  mutation($input: RecordReplyInput!) { recordReply(input: $input) { case { state version deadlines { code status } } refusals { code rule message } } }' \
  "$(jq -n --arg case "$case_id" --argjson version "$version" \
  '{input: {caseId: $case, expectedVersion: $version, means: "PHONE", text: "已告知客户协议解约方案，客户同意。"}}')"
version=$(get .recordReply.case.version)

step '代理人有过错：证据移交个险管理部 · an agent is at fault: the evidence goes to the department that manages the agents' "$handler" '
  mutation($input: TransferEvidenceInput!) {
    transferEvidence(input: $input) { case { version evidenceTransfers { department evidence { description sha256 } } } refusals { code rule message } }
  }' "$(jq -n --arg case "$case_id" --arg evidence "$evidence_id" '{input: {caseId: $case, receiver: "吴志刚", evidence: [{evidenceId: $evidence}]}}')"
version=$(get .transferEvidence.case.version)

step '结案 · the handler closes the case' "$handler" '
  mutation($input: CloseCaseInput!) { closeCase(input: $input) { case { state version outcome } refusals { code rule message } } }' \
  "$(jq -n --arg case "$case_id" --argjson version "$version" \
  '{input: {caseId: $case, expectedVersion: $version, outcome: "UPHELD", complainantOpinion: "SATISFIED", result: "客户接受协议解约，不再提出其他要求。"}}')"
version=$(get .closeCase.case.version)

step '归档 · the handler files the case' "$handler" '
  mutation($input: ArchiveCaseInput!) { archiveCase(input: $input) { case { state } refusals { code rule message } } }' \
  "$(jq -n --arg case "$case_id" --argjson version "$version" \
  '{input: {caseId: $case, expectedVersion: $version, absentParts: [{part: "CUSTOMER_EVIDENCE", because: "客户未提供"}]}}')"

step '审计查找档案 · an auditor looks the file up' "$auditor" '
  query($number: String!) { archiveFiles(filter: { caseNumber: $number }, first: 1) { edges { node { id number sha256 filedBy { name } } } } }' \
  "$(jq -n --arg number "$number" '{$number}')"
file_id=$(get '.archiveFiles.edges[0].node.id')

step '审计查阅档案，登记在册 · and opens it, on record' "$auditor" '
  query($id: ID!) {
    openArchiveFile(input: { id: $id, purpose: COMPLIANCE_CHECK }) {
      opened { intact registerEntry { occurredAt purpose reader { name } } parts { kind sha256 content } }
      refusals { code rule message }
    }
  }' "$(jq -n --arg id "$file_id" '{$id}')"

step '查阅登记台账 · the reading register has it' "$auditor" '
  query { accessRegister(first: 1) { edges { node { occurredAt purpose reader { name } } } } }' '{}'

printf '\n%s went the whole road.\n' "$number"
