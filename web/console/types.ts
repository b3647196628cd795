/** What the console shows, by the names of docs/openapi.json; users, rooms and messages are the client library's. */
export type { Member, Message, MyRoom, Status, User } from '@parley/client'

export interface Session {
  kind: 'operator' | 'tenant'
  tenant_id?: string
  tenant_name?: string
  csrf_token: string
  expires_at: string
}

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

export type Limits = Record<string, number>

export interface Tenant {
  tenant_id: string
  name: string
  status: 'active' | 'suspended'
  allowed_origins: string[]
  self_registration: boolean
  guests: boolean
  limits: Limits
  retention_days: number | null
  created_at: string
}

export interface ApiToken {
  api_token_id: string
  name: string | null
  last_four: string
  created_at: string
  last_used_at: string | null
  revoked_at: string | null
}

export interface SigningKey {
  kid: string
  created_at: string
  retires_at: string | null
}

export interface TokenKey {
  token_key_id: string
  name: string | null
  algorithm: string | null
  public_key: string | null
  jwks_url: string | null
  issuer: string | null
  audience: string | null
  trusts_roles: boolean
  created_at: string
}

export interface UsageDay {
  day: string
  messages: number
  bytes: number
  peak_connections: number
  active_users: number
}

export interface Usage {
  items: UsageDay[]
  months: { month: string; monthly_active_users: number }[]
  now: { connections: number; rooms: number; storage_bytes: number }
  limits: Limits
  default_limits: Limits
}

export interface MessageEdit {
  rev: number
  text_message: string | null
  file_url: string | null
  written_at: string
}

export interface AccessToken {
  token: string
  expires_at: string
  user_id: string
}

export interface Readiness {
  status: 'ok' | 'degraded'
  redis?: string
}

export interface Node {
  node_id: string
  name: string
  version: string
  started_at: string
  /** When it said this of itself. */
  told_at: string
  draining: boolean
  connections: number
  rooms: number
  messages_per_second: number
  event_loop_lag_ms: number
  memory_bytes: number
  database: 'up' | 'down'
  /** `none`: there is only one node. */
  redis: 'up' | 'down' | 'none'
}
