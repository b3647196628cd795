/** What `POST /demo/session` answers, as far as it is of use here. */
export interface Session {
  tenant_id: string
  user_id: string
  display_name: string
  token: string
  room_id: string
  stream_id?: string
  /** By which the same user gets a new token. */
  session_secret: string
}
