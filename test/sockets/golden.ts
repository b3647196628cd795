/** What every test of golden frames says alike. */
import type { TestUser } from '../support/service.js'

export const uuid7 = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)
export const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

/** A text of Ann’s, who has a picture. */
export const textOf = (ann: TestUser, room_id: string, seq: number, text_message: string) => ({
  message_id: uuid7,
  room_id,
  seq,
  rev: 0,
  type: 'text',
  text_message,
  file_url: null,
  client_message_id: null,
  reply_to: null,
  mentions: [],
  metadata: null,
  sender: { user_id: ann.userId, display_name: 'Ann', name: 'Ann', img_url: 'https://cdn.example/ann.png' },
  reactions: [],
  pinned: false,
  created_at: time,
  edited_at: null,
  deleted_at: null,
})

/** A room that Ann made for two. */
export const roomOf = (ann: TestUser, room_id: string) => ({
  room_id,
  type: 'group',
  is_group: true,
  access: 'open',
  name: 'A room',
  img_url: null,
  created_by: ann.userId,
  created_at: time,
  archived: false,
  last_seq: 0,
  last_rev: 0,
  first_seq: 1,
  member_count: 2,
  slow_mode_s: 0,
  metadata: null,
})
