import type { INestApplicationContext } from '@nestjs/common'
import type { Backend, Operator } from '../contract/actor.js'
import { RoomsService } from '../rooms/rooms.service.js'
import { TenantsService } from '../tenants/tenants.service.js'
import { UsersService } from '../users/users.service.js'
import { readSecrets, writeSecrets, type Demo } from './secrets.js'

const operator: Operator = { kind: 'operator' }

/** The demo tenant with Ann, Bob and a room; made at the first start on this database, found at every other. */
export async function demoTenant(app: INestApplicationContext, dataDir: string): Promise<Demo> {
  const secrets = readSecrets(dataDir)
  const known = secrets.demo && (await app.get(TenantsService).identify(secrets.demo.tenantId))
  if (known) return secrets.demo!
  const demo = await makeDemo(app)
  writeSecrets(dataDir, { ...secrets, demo })
  return demo
}

async function makeDemo(app: INestApplicationContext): Promise<Demo> {
  const { tenant_id, api_token } = await app
    .get(TenantsService)
    .create(operator, { name: 'Demo', allowed_origins: ['*'] })
  const backend: Backend = { kind: 'backend', tenantId: tenant_id }
  const users = app.get(UsersService)
  const ann = (await users.upsert(backend, { external_id: 'ann', display_name: 'Ann' })).user.user_id
  const bob = (await users.upsert(backend, { external_id: 'bob', display_name: 'Bob' })).user.user_id
  const { room } = await app.get(RoomsService).create(backend, { name: 'Welcome', created_by: ann, member_ids: [bob] })
  return { tenantId: tenant_id, apiToken: api_token, roomId: room.room_id, users: { ann, bob } }
}
