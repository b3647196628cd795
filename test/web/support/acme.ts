/** A tenant that has been there for months: what the console shows of it. */
import { rowsOf } from '../../support/database.js'
import type { Service, TestTenant } from '../../support/service.js'

export interface Acme {
  tenant: TestTenant
  userId: string
  roomId: string
}

export async function makeAcme(service: Service): Promise<Acme> {
  const origins = ['https://app.acme.example', 'https://shop.acme.example']
  const tenant = await service.tenant({ name: 'Acme Bikes', allowed_origins: origins, limits: { tenant_rooms: 10 } })
  for (const name of ['Northwind', 'Globex Learning', 'Initech Support', 'Umbrella Care'])
    await service.tenant({ name })
  const path = `/admin/tenant/${tenant.tenantId}`
  await service.operator.post(`${path}/api-token`, { name: 'staging' })
  const secret = 'the secret of the login service, long enough'
  await service.operator.post(`${path}/token-key`, { name: 'login', secret, issuer: 'https://login.acme.example' })
  await past(service, tenant.tenantId)
  return { tenant, ...(await talk(tenant)) }
}

/** Four months, in weeks that are not all alike. */
async function past({ databaseUrl }: Service, tenantId: string): Promise<void> {
  await rowsOf(
    databaseUrl,
    `WITH days AS (
       SELECT n, round(1500 - 6 * n + 300 * sin(n / 4.0) - CASE WHEN n % 7 < 2 THEN 320 ELSE 0 END) AS messages
       FROM generate_series(1, 120) AS n
     )
     INSERT INTO usage_days (tenant_id, day, messages, bytes, peak_connections, active_users, closed)
     SELECT $1, current_date - n, messages, messages * 143, messages / 9, messages / 14, true FROM days`,
    [tenantId],
  )
}

async function talk(tenant: TestTenant): Promise<{ userId: string; roomId: string }> {
  const names = ['Ann Miller', 'Bob Ochieng', 'Chen Wei', 'Dana Kovács', 'Ева']
  const [ann, bob, chen, dana] = await Promise.all(
    names.map((display_name, at) => tenant.user({ display_name, external_id: `customer-${at + 1}` })),
  )
  await tenant.backend.patch(`/user/${bob!.userId}`, { role: 'moderator' })
  await tenant.backend.patch(`/user/${dana!.userId}`, { status: 'not_active' })
  for (const name of ['Returns', 'Announcements']) await tenant.room([ann!], { name })
  await tenant.room([ann!, bob!], { name: 'Team', access: 'invite' })
  const roomId = await tenant.room([ann!, bob!, chen!], { name: 'Help with gears' })
  await ann!.send(roomId, 'Hello! My rear derailleur skips under load.')
  await bob!.send(roomId, 'Which gear is it in when that happens?')
  await ann!.send(roomId, 'The third and the fourth.\nOnly uphill.')
  const advice =
    'Then the cable is a little too loose. Turn the barrel adjuster half a turn to the left, and try again.'
  const { message_id } = await bob!.send(roomId, advice)
  await bob!.rest.patch(`/room/${roomId}/message/${message_id}`, { text_message: `${advice} It is at the shifter.` })
  await tenant.backend.put(`/room/${roomId}/message/${message_id}/pin`)
  const spam = await chen!.send(roomId, 'Cheap watches at http://watches.example')
  await tenant.backend.delete(`/room/${roomId}/message/${spam.message_id}`)
  await ann!.send(roomId, 'That did it, thank you!')
  await tenant.backend.post(`/room/${roomId}/message/send`, { text_message: 'The workshop is closed tomorrow.' })
  return { userId: ann!.userId, roomId }
}
