// A tenant to try the cluster with: two people and a room, made anew at every start.
import { Rest, adminKey } from '../../test/support/rest.ts'

const made = async (answer) => {
  const { status, body } = await answer
  if (status >= 300) throw new Error(`the demo cannot be made: ${JSON.stringify(body)}`)
  return body
}

export async function demoOf(url) {
  const operator = new Rest(url, { authorization: `Bearer ${adminKey}` })
  const tenant = await made(operator.post('/admin/tenant', { name: 'Demo', allowed_origins: ['*'], guests: true }))
  const backend = new Rest(url, { clientKey: tenant.api_token })
  const person = async (external_id, display_name) =>
    (await made(backend.post('/user', { external_id, display_name }))).user_id
  const [ann, bob] = [await person('ann', 'Ann'), await person('bob', 'Bob')]
  const { room_id } = await made(backend.post('/room', { name: 'Welcome', created_by: ann, member_ids: [bob] }))
  return { tenantId: tenant.tenant_id, apiToken: tenant.api_token, roomId: room_id, ann, bob }
}
