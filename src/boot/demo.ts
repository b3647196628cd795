import type { INestApplicationContext } from '@nestjs/common'
import type { Backend, Operator } from '../contract/actor.js'
import { RoomsService } from '../rooms/rooms.service.js'
import { TenantsService } from '../tenants/tenants.service.js'
import { TokenKeysService } from '../tenants/token-keys.service.js'
import { UsersService } from '../users/users.service.js'
import { newSecret, readSecrets, writeSecrets, type Demo } from './secrets.js'

const operator: Operator = { kind: 'operator' }

/** The demo tenant with Ann, Bob and a room; made at the first start on this database, found at every other. */
export async function demoTenant(app: INestApplicationContext, dataDir: string): Promise<Demo> {
  const secrets = readSecrets(dataDir)
  const known = secrets.demo && (await app.get(TenantsService).identify(secrets.demo.tenantId))
  if (known && secrets.demo!.tokenSecret) return secrets.demo!
  const made = known ? secrets.demo! : await makeDemo(app, secrets.demoTenantId)
  const demo = { ...made, tokenSecret: await openDemo(app, made.tenantId) }
  writeSecrets(dataDir, { ...secrets, demo })
  return demo
}

type Made = Omit<Demo, 'tokenSecret'>

async function makeDemo(app: INestApplicationContext, tenantId: string): Promise<Made> {
  const tenants = app.get(TenantsService)
  // What a start that was broken off has left: nobody knows its API token.
  if (await tenants.identify(tenantId)) await tenants.delete(operator, tenantId)
  const { api_token } = await tenants.create(operator, { name: 'Demo', allowed_origins: ['*'] }, tenantId)
  const backend: Backend = { kind: 'backend', tenantId }
  const users = app.get(UsersService)
  const ann = (await users.upsert(backend, { external_id: 'ann', display_name: 'Ann' })).user.user_id
  const bob = (await users.upsert(backend, { external_id: 'bob', display_name: 'Bob' })).user.user_id
  const { room } = await app.get(RoomsService).create(backend, { name: 'Welcome', created_by: ann, member_ids: [bob] })
  return { tenantId, apiToken: api_token, roomId: room.room_id, users: { ann, bob } }
}

/** Lets guests watch, and takes tokens of a login service of its own, by the secret that it answers. */
async function openDemo(app: INestApplicationContext, tenantId: string): Promise<string> {
  const secret = newSecret()
  await app.get(TenantsService).update(operator, tenantId, { guests: true })
  await app.get(TokenKeysService).register(operator, tenantId, { name: 'demo', secret })
  return secret
}
