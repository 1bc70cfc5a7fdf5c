// A real OpenID Connect provider for tests, on a free port of this machine, which it prints: node provider.mjs
// Whoever comes is signed in as `login_hint`, without a page. POST /keys?use=N makes a set of keys the one that signs:
// 0 the first, 1 the second beside the first, 2 the second alone.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { Provider, interactionPolicy } from 'oidc-provider';

const keys = ['old', 'new'].map((kid) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256',
}));
const sets = [[keys[0]], [keys[1], keys[0]], [keys[1]]];

const policy = interactionPolicy.base();
policy.remove('consent');

function provider(issuer, jwks) {
  return new Provider(issuer, {
    jwks: { keys: jwks },
    clients: [{
      client_id: 'explorer', token_endpoint_auth_method: 'none', redirect_uris: ['http://127.0.0.1:9/'],
      grant_types: ['authorization_code'], response_types: ['code'], id_token_signed_response_alg: 'ES256',
    }],
    cookies: { keys: ['for tests'] },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 300, Interaction: 300, Session: 3600 },
    interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // Everything that is asked for is granted.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid');
      for (const audience of ['https://redress.example', 'https://other.example']) grant.addResourceScope(audience, '');
      await grant.save();
      return grant;
    },
    extraTokenClaims: async (ctx, token) => ({
      login: token.accountId, name: '张伟', groups: ['投诉处理'], sid: token.sessionUid,
      auth_time: ctx.oidc.entities.AuthorizationCode?.authTime,
    }),
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, audience) => ({
          scope: '', audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } },
        }),
        useGrantedResource: () => true,
      },
    },
  });
}

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  let current = provider(issuer, sets[0]);
  server.on('request', async (request, response) => {
    const url = new URL(request.url, issuer);
    if (request.method === 'POST' && url.pathname === '/keys') {
      current = provider(issuer, sets[Number(url.searchParams.get('use'))]);
      response.end();
    } else if (url.pathname.startsWith('/interaction/')) {
      const { params } = await current.interactionDetails(request, response);
      await current.interactionFinished(request, response, { login: { accountId: params.login_hint } });
    } else {
      current.callback()(request, response);
    }
  });
  console.log(issuer);
});
// It ends with whoever started it.
process.stdin.resume().on('end', () => process.exit());
