/** A deployment in use, before something happens to it. */
import { adminKey, Rest } from '../support/rest.js'

/** What somebody has who was there before: credentials, a room, and all that can be read. */
export interface Before {
  backend: Record<string, string>
  ann: Record<string, string>
  room: string
  lastSent: object
  seen: unknown
}

const paths = (room: string): string[] => [
  `/room/${room}`,
  `/room/${room}/member`,
  `/room/${room}/message`,
  '/search?q=creme',
  '/room/unread',
]

export const seenBy = async (rest: Rest, room: string): Promise<unknown> => {
  const answers = await Promise.all(paths(room).map((path) => rest.get(path)))
  return answers.map(({ status, body }) => ({ status, body }))
}

/** Lives a little at this address. */
export async function live(url: string): Promise<Before> {
  const operator = new Rest(url, { authorization: `Bearer ${adminKey}` })
  const { api_token } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
  const backend = new Rest(url, { clientKey: api_token })
  const [ann, bob] = [await person(backend, 'Ann'), await person(backend, 'Bob')]
  const made = await backend.post('/room', { name: 'Friends', created_by: ann.id, member_ids: [bob.id] })
  const room: string = made.body.room_id
  const byAnn = new Rest(url, ann.headers)
  const sends = ['Crème brûlée', 'Tea', 'Cake'].map((text_message, n) => ({
    text_message,
    client_message_id: `m-${n}`,
  }))
  const ids: string[] = []
  for (const one of sends) ids.push((await byAnn.post(`/room/${room}/message/send`, one)).body.message_id)
  await byAnn.patch(`/room/${room}/message/${ids[1]}`, { text_message: 'Coffee' })
  await byAnn.put(`/room/${room}/message/${ids[0]}/reaction/${encodeURIComponent('👍')}`)
  const seen = await seenBy(byAnn, room)
  return { backend: backend.headers, ann: ann.headers, room, lastSent: sends[2]!, seen }
}

/** A user with a token. */
async function person(backend: Rest, display_name: string): Promise<{ id: string; headers: Record<string, string> }> {
  const { user_id } = (await backend.post('/user', { display_name, external_id: display_name })).body
  const { token } = (await backend.post(`/auth/${user_id}`)).body
  return { id: user_id, headers: { authorization: `Bearer ${token}` } }
}
