// npm graphql-ws and graphql-sse against a running demo: node protocols.mjs http://127.0.0.1:8080/graphql
import assert from 'node:assert/strict';
import { createClient as createEventClient } from 'graphql-sse';
import { CloseCode } from 'graphql-ws';
import WebSocket from 'ws';
import { ask, signIn, socketClient } from './portal.mjs';

const [url] = process.argv.slice(2);
const token = await signIn(url, 'supervisor');
const handlerToken = await signIn(url, 'handler');
const { cases } = await ask(url, handlerToken, '{ cases(first: 1, filter: { states: [INVESTIGATING, ALLOCATED] }) { edges { node { id } } } }');
const id = cases.edges[0].node.id;
const CASE = 'subscription($id: ID!) { caseChanged(id: $id) { case { id } mark } }';
const contact = () => ask(url, handlerToken, 'mutation($input: RecordContactInput!) { recordContact(input: $input) { refusals { code } } }',
  { input: { caseId: id, direction: 'OUTBOUND', means: 'PHONE', content: '联系客户。' } });

async function one(client, payload) {
  for await (const answer of client.iterate(payload)) return answer;
  throw new Error('no answer');
}

// The first answer of a subscription; changes are made until it comes, since a protocol has no word for being open.
async function changed(client) {
  let told;
  const following = one(client, { query: CASE, variables: { id } }).then((answer) => { told = answer; });
  while (!told) {
    await Promise.race([following, new Promise((wake) => setTimeout(wake, 200))]);
    if (!told) await contact();
  }
  return told;
}

for (const [name, client] of [
  ['graphql-ws', socketClient(url, token)],
  ['graphql-sse', createEventClient({ url, headers: { authorization: `Bearer ${token}` } })],
]) {
  const { data } = await one(client, { query: '{ viewer { roles } }' });
  assert.deepEqual(data.viewer.roles, ['SUPERVISOR'], name);
  const told = await changed(client);
  assert.equal(told.data?.caseChanged.case.id, id, `${name}: ${JSON.stringify(told)}`);
  client.dispose();
}

// What is refused reaches the client as errors, not as a broken connection.
const client = socketClient(url, token);
for (const query of ['{ nothing }', '{ auditEvents { totalCount } }', 'subscription { nothing }']) {
  await assert.rejects(one(client, { query }), (errors) => Array.isArray(errors) && Boolean(errors[0].extensions.code), query);
}
client.dispose();

// A token that is not good: a code after which the client may try another.
const closed = await new Promise((done) => {
  const wrong = socketClient(url, 'x', { lazy: false, retryAttempts: 0, onNonLazyError: () => {}, on: { closed: done } });
  return wrong;
});
assert.equal(closed.code, CloseCode.Forbidden);

// The codes of the protocol, each by the message that leads to it.
const init = JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
const subscribe = JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'subscription { tasksChanged { mark } }' } });
for (const [code, protocol, ...messages] of [
  [CloseCode.BadRequest, 'graphql-transport-ws', init, '{'],
  [CloseCode.Unauthorized, 'graphql-transport-ws', subscribe],
  [CloseCode.SubprotocolNotAcceptable, undefined],
  [CloseCode.ConnectionInitialisationTimeout, 'graphql-transport-ws'],
  [CloseCode.SubscriberAlreadyExists, 'graphql-transport-ws', init, subscribe, subscribe],
  [CloseCode.TooManyInitialisationRequests, 'graphql-transport-ws', init, init],
]) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, protocol);
  socket.on('open', () => messages.forEach((message) => socket.send(message)));
  const closedWith = await new Promise((done) => socket.on('close', done));
  assert.equal(closedWith, code, messages.join(' '));
}
console.log('graphql-ws and graphql-sse are understood');
