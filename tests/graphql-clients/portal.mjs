// What a portal does with the usual clients: signing in, asking, following, coming back.
import { createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';

const PASSWORD = 'redress-demo-2026';

export async function ask(url, token, query, variables) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
  return data;
}

export async function signIn(url, login) {
  const query = 'mutation($login: String!, $password: String!) { login(input: { login: $login, password: $password }) { accessToken } }';
  return (await ask(url, undefined, query, { login, password: PASSWORD })).login.accessToken;
}

export function socketClient(url, token, more = {}) {
  return createSocketClient({
    url: `${url.replace('http', 'ws')}/ws`,
    webSocketImpl: WebSocket,
    connectionParams: token ? { authorization: `Bearer ${token}` } : undefined,
    ...more,
  });
}

// Follows something for as long as it takes. The client subscribes anew after each interruption, with the last mark: the variables
// are read at that moment.
export function follow(client, query, field, variables, told) {
  const payload = { query, variables: { ...variables } };
  return client.subscribe(payload, {
    next: ({ data, errors }) => {
      if (errors) throw new Error(JSON.stringify(errors));
      payload.variables.since = data[field].mark;
      told(data[field]);
    },
    error: (error) => { throw error instanceof Error ? error : new Error(JSON.stringify(error)); },
    complete: () => {},
  });
}

export async function until(what, holds, seconds = 120) {
  for (const end = Date.now() + seconds * 1000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`not in ${seconds} s: ${what()}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}
