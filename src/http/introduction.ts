/** What Swagger's page says before its routes. */

const paragraphs = `
Chat as a service: your backend calls this API with its \`clientKey\`, mints JWTs for its users, and their frontends
chat over Socket.IO at \`/socket.io\`, or over plain WebSockets. What they send and hear there, frame by frame, is in an
AsyncAPI document: [/docs/asyncapi.json](/docs/asyncapi.json).

Every failure is an RFC 9457 problem with a stable \`code\`: see [all of them](/docs/errors). Every \`POST\` takes an
\`Idempotency-Key\`, but for those with a password. Lists page by \`cursor\`, messages by \`seq\`.

### People, in ten steps`

interface Step {
  what: string
  calls: string[]
  /** What a client sends and hears. */
  sockets: string[]
}

const message = '/room/{room_id}/message'

const steps: Step[] = [
  {
    what: 'Register and log in, where the tenant has `self_registration`; change the password; log out',
    calls: ['POST /auth/register', 'POST /auth/login', 'POST /auth/password', 'POST /auth/logout'],
    sockets: [],
  },
  { what: 'Make a room, of a group or of two', calls: ['POST /room'], sockets: ['room_added'] },
  {
    what: 'Invite to it, or join it if it is open',
    calls: ['POST /room/{room_id}/member', 'POST /room/{room_id}/join'],
    sockets: ['join_room', 'room_added', 'member_joined'],
  },
  {
    what: 'Send, edit and delete messages; read, and search',
    calls: [
      `POST ${message}/send`,
      `PATCH ${message}/{message_id}`,
      `DELETE ${message}/{message_id}`,
      `GET ${message}`,
      'POST /room/{room_id}/read',
      'GET /search',
    ],
    sockets: ['send_message', 'new_message', 'mark_read', 'read'],
  },
  {
    what: 'React by an emoji; pin',
    calls: [`PUT ${message}/{message_id}/reaction/{emoji}`, `PUT ${message}/{message_id}/pin`],
    sockets: ['add_reaction', 'reaction_added', 'reaction_removed'],
  },
  {
    what: 'See who is online, and who is typing; be invisible',
    calls: ['GET /user/{user_id}/status', 'PATCH /user/me/status'],
    sockets: ['presence', 'typing'],
  },
  {
    what: 'Be friends; block',
    calls: ['POST /friend', 'POST /friend/{user_id}/accept', 'GET /friend', 'POST /friend/{user_id}/block'],
    sockets: ['friendship'],
  },
  {
    what: 'Give roles: in the tenant (`role`) and in a room (`room_role`). `can` of a room says what the caller may do',
    calls: ['PATCH /user/{user_id}', 'POST /room/{room_id}/member', 'GET /room/{room_id}'],
    sockets: ['member_updated'],
  },
  {
    what: 'Lock a user and undo it (`status`); give them what is kept of them; erase them for ever',
    calls: [
      'PATCH /user/{user_id}',
      'DELETE /user/{user_id}',
      'GET /user/{user_id}/export',
      'POST /user/{user_id}/erase',
    ],
    sockets: [],
  },
  {
    what: 'Leave a room, or remove somebody from it',
    calls: ['POST /room/{room_id}/leave', 'DELETE /room/{room_id}/member/{user_id}'],
    sockets: ['room_removed', 'member_left'],
  },
]

const code = (words: string[]): string => words.map((word) => `\`${word}\``).join(', ')

const row = ({ what, calls, sockets }: Step, index: number): string =>
  `| ${index + 1}. ${what} | ${code(calls)} | ${code(sockets)} |`

export const introduction = [
  `${paragraphs}\n`,
  '| what | by REST | on sockets |',
  '| --- | --- | --- |',
  ...steps.map(row),
].join('\n')
