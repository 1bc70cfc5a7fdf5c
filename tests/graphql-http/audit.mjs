// The audits of the GraphQL-over-HTTP draft against a running server: node audit.mjs http://127.0.0.1:8080/graphql
// Fails unless every one of them is ok, those that the draft only recommends or allows included.
import { auditServer } from 'graphql-http';

const [url] = process.argv.slice(2);
const results = await auditServer({ url });
const missed = results.filter((result) => result.status !== 'ok');
for (const { status, id, name, reason, response } of missed) {
  console.log(status, id, name, '-', reason, response.status);
}
console.log(`${results.length - missed.length} of ${results.length} audits are ok`);
process.exitCode = missed.length === 0 && results.length >= 61 ? 0 : 1;
