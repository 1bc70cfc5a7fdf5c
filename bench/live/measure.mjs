// See ./run: node measure.mjs ENDPOINT PID
import { readFileSync } from 'node:fs';
import WebSocket from '../../tests/graphql-clients/node_modules/ws/wrapper.mjs';
import { ask, signIn, until } from '../../tests/graphql-clients/portal.mjs';

const [url, pid] = process.argv.slice(2);
const { SOCKETS = 2000, CASES = 200, PER_SECOND = 50, SECONDS_LONG = 20 } = process.env;
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

const tokens = {};
for (const login of ['registrar', 'handler', 'supervisor', 'manager']) tokens[login] = await signIn(url, login);
const handlerId = (await ask(url, tokens.handler, '{ viewer { staff { id } } }')).viewer.staff.id;

const cases = [];
for (let i = 0; i < CASES; i += 1) {
  const { registerCase } = await ask(url, tokens.registrar,
    'mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id } refusals { code field } } }',
    { input: {
      idempotencyKey: `case-${i}`, channel: 'PHONE', summary: '要求全额退保。', complainantName: '李秀英', relation: 'ONESELF',
      phone: '138 1234 5678', contractNumber: `HK-${i}`, policyholderName: '李秀英', insuredName: '李秀英',
      callForm: { callerNumber: '138 1234 5678', receiver: '周敏' },
    } });
  const { id } = registerCase.case;
  await ask(url, tokens.supervisor, 'mutation($input: AllocateCaseInput!) { allocateCase(input: $input) { refusals { code } } }',
    { input: { caseId: id, expectedVersion: 1, handlerId } });
  cases.push({ id, sent: new Map() });
}

const idle = memory();
const QUERY = 'subscription($id: ID!) { caseChanged(id: $id) { case { number state timeline { totalCount } } mark } }';
const times = [];
let acknowledged = 0;
let answers = 0;
const sockets = [];
for (let i = 0; i < SOCKETS; i += 1) {
  const one = cases[i % CASES];
  const token = tokens[i % 2 ? 'supervisor' : 'manager'];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, 'graphql-transport-ws');
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })));
  socket.on('message', (data) => {
    const now = performance.now();
    const message = JSON.parse(data);
    if (message.type === 'connection_ack') { acknowledged += 1; return; }
    if (message.type !== 'next' || message.payload.errors) throw new Error(String(data));
    answers += 1;
    // The earliest change that this socket had not heard of.
    const count = message.payload.data.caseChanged.case.timeline.totalCount;
    for (let seen = socket.seen + 1; seen <= count; seen += 1) if (one.sent.has(seen)) times.push(now - one.sent.get(seen));
    socket.seen = count;
  });
  sockets.push(socket);
  if (i % 100 === 99) await until(() => `${acknowledged} sockets`, () => acknowledged === i + 1);
}
const quiet = memory();
console.log(`  ${acknowledged} idle sockets: ${((quiet - idle) / acknowledged).toFixed(1)} KiB each`);

const counts = 'query($id: ID!) { case(id: $id) { timeline { totalCount } } }';
for (const one of cases) one.count = (await ask(url, tokens.supervisor, counts, { id: one.id })).case.timeline.totalCount;
sockets.forEach((socket, i) => {
  socket.seen = cases[i % CASES].count;
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: QUERY, variables: { id: cases[i % CASES].id } } }));
});
const opened = async () => {
  const metrics = await (await fetch(url.replace('graphql', 'metrics'))).text();
  return Number(/^redress_subscription_rounds_total (\d+)/m.exec(metrics)[1]);
};
await until(() => 'subscriptions are opened', async () => (await opened()) >= sockets.length);
console.log(`  with one subscription each: ${((memory() - idle) / acknowledged).toFixed(1)} KiB each`);

const CONTACT = 'mutation($input: RecordContactInput!) { recordContact(input: $input) { refusals { code } } }';
const total = PER_SECOND * SECONDS_LONG;
const began = performance.now();
const writes = [];
for (let i = 0; i < total; i += 1) {
  const one = cases[i % CASES];
  await new Promise((wake) => setTimeout(wake, Math.max(0, began + (i * 1000) / PER_SECOND - performance.now())));
  one.count += 1;
  one.sent.set(one.count, performance.now());
  writes.push(ask(url, tokens.handler, CONTACT, { input: { caseId: one.id, direction: 'OUTBOUND', means: 'PHONE', content: '联系客户。' } }));
}
await Promise.all(writes);
await until(() => `${times.length} of ${total * (SOCKETS / CASES)}`, () => times.length >= total * (SOCKETS / CASES), 60);
const took = (performance.now() - began) / 1000;
times.sort((a, b) => a - b);
const at = (part) => times[Math.min(times.length - 1, Math.floor(times.length * part))].toFixed(0);
console.log(`  ${total} changes in ${took.toFixed(1)} s, heard ${times.length} times in ${answers} answers: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`);
process.exit(0);
