// Tenants with rooms, members and messages, written past the service.
import { connected } from '../history/fill.mjs'

const ROOMS = 10
const MEMBERS = 10
const MESSAGES = 200

const fill = `
  WITH t AS (INSERT INTO tenants (tenant_id, name) SELECT uuidv7(), 'Tenant ' || n FROM generate_series(1, $1::int) n RETURNING *),
  x AS (INSERT INTO tb_roles (tenant_id, role_id, role_enum) SELECT tenant_id, 3, 'user' FROM t),
  u AS (INSERT INTO tb_users (tenant_id, user_id, role_id, display_name)
    SELECT tenant_id, uuidv7(), 3, 'User ' || n FROM t, generate_series(1, ${MEMBERS}) n RETURNING *),
  r AS (INSERT INTO tb_chat_rooms (tenant_id, chat_room_id, type, access, member_count)
    SELECT tenant_id, uuidv7(), 'group', 'open', ${MEMBERS} FROM t, generate_series(1, ${ROOMS}) RETURNING *)
  INSERT INTO tb_user_room (tenant_id, user_room_id, room_id, user_id)
  SELECT r.tenant_id, uuidv7(), r.chat_room_id, u.user_id FROM r JOIN u USING (tenant_id)`

const talk = `
  INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, client_message_id, created_at)
  SELECT tenant_id, room_id, n, uuidv7(), user_id, 'text', repeat('x', 150), uuidv7()::text, now()
  FROM (SELECT DISTINCT ON (room_id) * FROM tb_user_room ORDER BY room_id) m, generate_series(1, ${MESSAGES}) n;
  UPDATE tb_chat_rooms SET last_seq = ${MESSAGES}, last_message_at = now()`

const found = `
  SELECT tenant_id AS "tenantId", room_id AS "roomId", array_agg(user_id) AS "userIds",
    dense_rank() OVER (ORDER BY tenant_id)::int - 1 AS tenant
  FROM tb_user_room GROUP BY 1, 2 ORDER BY room_id`

/** The rooms: each with its tenant's number. So many messages that no plan is for an empty table. */
export const fillTenants = (databaseUrl, tenants) =>
  connected(databaseUrl, async (client) => {
    await client.query(fill, [tenants])
    await client.query(talk)
    await client.query('VACUUM (FREEZE, ANALYZE)')
    await client.query('CHECKPOINT')
    return (await client.query(found)).rows
  })
