// A server that is stopped, then killed, under a thousand sockets: node restart.mjs target/debug/redress FOLDER
// Every client comes back by itself and has seen the last state of its case, and every notification, when it is over.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ask, follow, signIn, socketClient, until } from './portal.mjs';

const [program, folder, sockets = '1000'] = process.argv.slice(2);
const PEOPLE = ['handler', 'handler-2', 'supervisor', 'manager', 'general-manager'];

// The demo makes the data and the keys; then the same database is served with more room for each person.
const demo = spawn(program, ['demo', '--dir', folder, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
let said = '';
for await (const chunk of demo.stdout) {
  said += chunk;
  if (said.includes('Ctrl-C')) break;
}
const url = /endpoint\s+(\S+)/.exec(said)[1];
demo.kill('SIGTERM');
await once(demo, 'exit');

async function start() {
  const { host } = new URL(url);
  const started = spawn(program, ['serve'], {
    env: {
      ...process.env, REDRESS_SERVER__BIND: host, REDRESS_LIVE__CONNECTIONS_OF_ONE: '1000', REDRESS_LOG__LEVEL: 'error',
      REDRESS_DATABASE__URL: `sqlite://${folder}/redress.db`, REDRESS_FILES__FOLDER: `${folder}/files`,
      REDRESS_SECRETS__SIGNING_KEY_FILE: `${folder}/signing.pem`, REDRESS_SECRETS__INDEX_KEY_FILE: `${folder}/index.key`,
      REDRESS_SECRETS__KEY_ENCRYPTION_KEYS_FILE: `${folder}/key-encryption.keys`,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await until(() => 'the server is ready', () => fetch(url.replace('graphql', 'readyz')).then(({ ok }) => ok, () => false));
  return started;
}

let server = await start();
process.on('exit', () => server.kill('SIGKILL'));
process.on('uncaughtException', (error) => { console.error(error); process.exit(1); });
const tokens = Object.fromEntries(await Promise.all(PEOPLE.map(async (login) => [login, await signIn(url, login)])));
const QUERY = '{ changeMark cases(first: 20, filter: { states: [INVESTIGATING, ALLOCATED] }) { edges { node { id timeline { totalCount } } } } }';
const loaded = await ask(url, tokens.handler, QUERY);
const cases = loaded.cases.edges.map(({ node }) => ({ id: node.id, count: node.timeline.totalCount }));
const seeing = new Map();
for (const login of PEOPLE) {
  const mine = await ask(url, tokens[login], QUERY);
  seeing.set(login, mine.cases.edges.map(({ node }) => node.id).filter((id) => cases.some((one) => one.id === id)));
}
const before = (await ask(url, tokens.handler, '{ viewer { notifications { totalCount } } }')).viewer.notifications.totalCount;

const CASE = 'subscription($id: ID!, $since: String) { caseChanged(id: $id, since: $since) { case { timeline { totalCount } } mark } }';
const TOLD = 'subscription($since: String) { notificationAdded(since: $since) { notification { id } mark } }';
const watching = PEOPLE.filter((login) => seeing.get(login).length > 0);
const followed = [];
const connected = new Set();
let interruptions = 0;
for (let i = 0; i < Number(sockets); i += 1) {
  const login = watching[i % watching.length];
  const client = socketClient(url, tokens[login], {
    lazy: false, retryAttempts: 1000, retryWait: () => new Promise((wake) => setTimeout(wake, 200 + Math.random() * 800)), shouldRetry: () => true,
    // Closed is also said of an attempt that was in vain.
    on: { connected: () => connected.add(i), closed: () => { if (connected.delete(i)) interruptions += 1; } },
  });
  if (login === 'handler' && i % 2 === 0) {
    const ids = new Set();
    follow(client, TOLD, 'notificationAdded', { since: loaded.changeMark }, ({ notification }) => ids.add(notification.id));
    followed.push({ client, ids });
  } else {
    const one = { client, id: seeing.get(login)[i % seeing.get(login).length], count: 0 };
    follow(client, CASE, 'caseChanged', { id: one.id, since: loaded.changeMark }, (told) => { one.count = told.case.timeline.totalCount; });
    followed.push(one);
  }
}
await until(() => `${connected.size} are connected`, () => connected.size === followed.length);
console.log(`${connected.size} sockets are connected`);

// Somebody writes all the time, also while nobody answers: what was not acknowledged may or may not have been done.
let writing = true;
const write = async () => {
  const contact = 'mutation($input: RecordContactInput!) { recordContact(input: $input) { refusals { code } } }';
  const note = 'mutation($input: AddCoordinationNoteInput!) { addCoordinationNote(input: $input) { refusals { code } } }';
  for (let i = 0; writing; i += 1) {
    const { id } = cases[i % cases.length];
    try {
      await ask(url, tokens.handler, contact, { input: { caseId: id, direction: 'OUTBOUND', means: 'PHONE', content: '联系客户。' } });
      await ask(url, tokens.supervisor, note, { input: { caseId: id, department: '理赔部', text: '已与部门沟通。' } });
    } catch (error) {
      if (!/fetch failed|terminated|closed/.test(String(error))) throw error;
    }
    await new Promise((wake) => setTimeout(wake, 50));
  }
};
const writer = write();
for (const signal of ['SIGTERM', 'SIGKILL']) {
  await new Promise((wake) => setTimeout(wake, 2000));
  server.kill(signal);
  await once(server, 'exit');
  await new Promise((wake) => setTimeout(wake, 500));
  server = await start();
  await until(() => `${connected.size} are connected again`, () => connected.size === followed.length);
}
await new Promise((wake) => setTimeout(wake, 1000));
writing = false;
await writer;

const final = new Map();
for (const { id } of cases) {
  final.set(id, (await ask(url, tokens.handler, 'query($id: ID!) { case(id: $id) { timeline { totalCount } } }', { id })).case.timeline.totalCount);
}
const told = (await ask(url, tokens.handler, '{ viewer { notifications { totalCount } } }')).viewer.notifications.totalCount - before;
const behind = () => followed.filter((one) => (one.ids ? one.ids.size < told : one.count < final.get(one.id)));
await until(() => `${behind().length} have missed something`, () => behind().length === 0);
const changes = [...final].reduce((sum, [id, count]) => sum + count - cases.find((one) => one.id === id).count, 0);
console.log(`${interruptions} interruptions; ${changes} entries and ${told} notifications were written; nobody has missed any`);
if (interruptions < 2 * followed.length || changes < 10 || told < 10) throw new Error('too little happened to show anything');
process.exit(0);
