// What somebody who typed one command wants to see next.
import { adminKey } from '../../test/support/rest.ts'

const partsOf = ({ url, nodes, redis, postgres }, { tenantId, apiToken, roomId, ann, bob }) => [
  'A cluster of Parley is running.',
  `nginx          ${url}`,
  `Swagger        ${url}/docs`,
  ...nodes.map((node, index) => `node ${index + 1}         ${node.url} (process ${node.pid})`),
  `Redis          ${redis.url}`,
  `PostgreSQL     ${postgres.url}`,
  `operator key   ${adminKey}`,
  `demo tenant    ${tenantId}`,
  `               Ann ${ann}, Bob ${bob}`,
  `               room ${roomId}`,
  `API token      ${apiToken}`,
]

const tryIt = ({ url }, { apiToken, roomId, ann }) => [
  'Mint a token for Ann and send a message in her name:',
  '',
  `TOKEN=$(curl -s -X POST ${url}/auth/${ann} -H 'clientKey: ${apiToken}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
  `curl -s ${url}/room/${roomId}/message/send -H "Authorization: Bearer $TOKEN" \\`,
  `  -H 'Content-Type: application/json' -d '{"text_message":"Hello from curl"}'`,
  '',
  'Chat in two terminals, and kill a node meanwhile:',
  '',
  `node examples/chat.mjs ${url} ${apiToken} ${roomId} ann`,
  `node examples/chat.mjs ${url} ${apiToken} ${roomId} bob`,
  '',
  'Ctrl-C ends it.',
]

export const bannerOf = (cluster, demo) =>
  ['', ...partsOf(cluster, demo), '', ...tryIt(cluster, demo)].map((line) => (line ? `  ${line}` : line)).join('\n')
