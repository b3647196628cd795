import { Badge } from '@mantine/core'
import type { Tenant, User } from '../types.js'

export const TenantStatus = ({ status }: Pick<Tenant, 'status'>) => (
  <Badge color={status === 'active' ? 'green' : 'red'}>{status}</Badge>
)

export const UserStatus = ({ status }: Pick<User, 'status'>) => (
  <Badge color={status === 'active' ? 'green' : 'red'}>{status === 'active' ? 'active' : 'locked'}</Badge>
)
