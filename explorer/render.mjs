// Writes GraphiQL as one page that loads nothing from anywhere else.
import { writeFileSync } from 'node:fs';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

const defaultQuery = `# redress
#
# 1. Sign in:
#      mutation { login(input: { login: "supervisor", password: "…" }) { accessToken } }
# 2. Put the token into the Headers pane below:
#      { "Authorization": "Bearer …" }
# 3. Ask:

query Viewer {
  viewer {
    staff { name title }
    roles
    permissions
  }
}
`;

writeFileSync(
  process.argv[2],
  renderGraphiQL({ title: 'redress', endpoint: '/graphql', defaultQuery, shouldPersistHeaders: false }),
);
