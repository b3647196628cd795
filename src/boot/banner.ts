import type { Demo } from './secrets.js'
import type { MadeUp } from './settings.js'

interface Started extends MadeUp {
  url: string
  dataDir: string
  /** Is the chat page on? */
  chat: boolean
  demo: Demo | null
}

const indent = (lines: string[]): string => lines.map((line) => `  ${line}`).join('\n')

/** What somebody who typed one command wants to see next. */
export function banner({ url, dataDir, chat, adminKey, internalKey, demo }: Started): string {
  const parts = [`Parley is running.`, ...(chat ? [`Chat           ${url}/demo`] : [])]
  parts.push(`Console        ${url}/console`, `Swagger        ${url}/docs`)
  if (adminKey) parts.push(`operator key   ${adminKey}`)
  if (internalKey) parts.push(`internal key   ${internalKey}`)
  if (adminKey || internalKey) parts.push(`               (kept in ${dataDir}/secrets.json)`)
  if (!demo) return `\n${indent(parts)}\n\n`
  return `\n${indent([...parts, ...demoLines(url, demo)])}\n\n`
}

const demoLines = (url: string, { tenantId, apiToken, roomId, users, tokenSecret }: Demo): string[] => [
  `demo tenant    ${tenantId}`,
  `               Ann ${users.ann}, Bob ${users.bob}`,
  `               room ${roomId}`,
  `API token      ${apiToken}`,
  `login secret   ${tokenSecret}`,
  '',
  'Mint a token for Ann and send a message in her name:',
  '',
  `TOKEN=$(curl -s -X POST ${url}/auth/${users.ann} -H 'clientKey: ${apiToken}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
  `curl -s ${url}/room/${roomId}/message/send -H "Authorization: Bearer $TOKEN" \\`,
  `  -H 'Content-Type: application/json' -d '{"text_message":"Hello from curl"}'`,
  '',
  'Chat in two terminals:',
  '',
  `node examples/chat.mjs ${url} ${apiToken} ${roomId} ann`,
  `node examples/chat.mjs ${url} ${apiToken} ${roomId} bob`,
]
