/** People who register and log in by themselves, as tests do. */
import type { Answer, Rest } from './rest.js'
import { TestUser, type Service, type TestTenant } from './service.js'

export const password = 'correct horse battery staple'

export const openTenant = (service: Service, settings: object = {}): Promise<TestTenant> =>
  service.tenant({ self_registration: true, ...settings })

export const register = ({ service, tenantId }: TestTenant, fields: object): Promise<Answer> =>
  service.anyone.post('/auth/register', { tenant_id: tenantId, password, ...fields })

export const logIn = ({ service, tenantId }: TestTenant, fields: object, by: Rest = service.anyone): Promise<Answer> =>
  by.post('/auth/login', { tenant_id: tenantId, password, ...fields })

/** Somebody with a username and the password. */
export async function registered(tenant: TestTenant, username: string): Promise<TestUser> {
  const { status, body } = await register(tenant, { username })
  if (status !== 201) throw new Error(`not registered: ${JSON.stringify(body)}`)
  return new TestUser(tenant, body.user_id, body.token)
}

/** Somebody who logged in once more. */
export async function loggedIn(tenant: TestTenant, username: string, word = password): Promise<TestUser> {
  const { status, body } = await logIn(tenant, { username, password: word })
  if (status !== 200) throw new Error(`not logged in: ${JSON.stringify(body)}`)
  return new TestUser(tenant, body.user_id, body.token)
}

/** As many passwords as were hashed or checked since the service began. */
export async function hashings({ operator }: Service): Promise<number> {
  const { body } = await operator.get('/metrics')
  return Number(/^parley_password_hashings_total (\d+)$/m.exec(body as string)![1])
}
