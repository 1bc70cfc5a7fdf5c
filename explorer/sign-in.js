// Signs in at an issuer of the organisation. The access token is a variable of this function: it is never in the address, in
// a cookie or in any storage, and is gone with the page.
(() => {
  const asked = new URLSearchParams(location.search);
  const arrived = asked.has('state') && (asked.has('code') || asked.has('error'));
  // What the issuer sent back must not stay in the address, the history or what GraphiQL keeps of it.
  if (arrived) history.replaceState(null, '', location.pathname);

  let token = null;
  const send = window.fetch.bind(window);
  window.fetch = (input, options = {}) => {
    const request = input instanceof Request ? input : null;
    const url = new URL(request ? request.url : input, location.href);
    if (!token || url.origin !== location.origin || url.pathname !== '/graphql') return send(input, options);
    const headers = new Headers(options.headers ?? request?.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
    return send(input, { ...options, headers });
  };

  async function exchange() {
    if (!asked.has('code')) throw new Error(asked.get('error_description') ?? asked.get('error'));
    const back = { code: asked.get('code'), state: asked.get('state'), iss: asked.get('iss') };
    const headers = { 'content-type': 'application/json' };
    const answer = await send('/sign-in', { method: 'POST', headers, body: JSON.stringify(back) });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.errors?.[0]?.message ?? `HTTP ${answer.status}`);
    token = body.accessToken;
  }

  async function signOut() {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    token = null;
    await send('/graphql', { method: 'POST', headers, body: JSON.stringify({ query: 'mutation { logout { ended { sessionIds } } }' }) });
  }

  function show(issuers, said) {
    const bar = document.getElementById('sign-in') ?? document.createElement('div');
    bar.id = 'sign-in';
    bar.setAttribute('role', 'status');
    bar.style.cssText = 'position:fixed;right:1rem;bottom:.5rem;z-index:10;padding:.25rem .75rem;background:#fff;color:#222;border:1px solid #ccc;border-radius:4px;font:14px system-ui,sans-serif';
    const parts = said ? [said] : [];
    if (token) {
      const out = document.createElement('button');
      out.textContent = 'Sign out';
      out.onclick = () => signOut().then(() => show(issuers, 'Signed out.'), (error) => show(issuers, String(error)));
      parts.push(out);
    } else {
      for (const issuer of issuers) {
        const way = document.createElement('a');
        way.href = `/sign-in/${issuer}`;
        way.textContent = `Sign in with ${issuer}`;
        parts.push(way);
      }
    }
    bar.replaceChildren(...parts.flatMap((part) => [part, ' ']));
    document.body.append(bar);
  }

  addEventListener('DOMContentLoaded', async () => {
    const { issuers } = await send('/sign-in').then((answer) => answer.json(), () => ({ issuers: [] }));
    if (issuers.length === 0) return;
    let said = '';
    if (arrived) {
      try {
        await exchange();
        said = 'Signed in.';
      } catch (error) {
        said = `Not signed in: ${error.message}`;
      }
    }
    show(issuers, said);
  });
})();
