/**
 * Writes all turns of a tick at once, and answers each: what it changed, if it did, or that it must wait.
 *
 * The users are locked first, and who is locked by somebody else is left for the next tick: whoever deletes a tenant locks
 * all of its users before the first goes, so that no row of these is deleted while this waits for another. The rows are
 * written in the order of their keys, as every node does. Who is invisible is seen no later than when that began.
 */
export const writing = `
  WITH input AS MATERIALIZED (
    SELECT * FROM unnest((SELECT $1::uuid[]), $2::uuid[], $3::boolean[], $4::timestamptz[])
      WITH ORDINALITY AS i (tenant_id, user_id, is_online, last_seen, place)
  ),
  known AS MATERIALIZED (
    SELECT i.* FROM input i JOIN LATERAL (
      SELECT FROM tb_users u WHERE u.tenant_id = i.tenant_id AND u.user_id = i.user_id AND NOT u.erasing
        AND u.erased_at IS NULL
      FOR KEY SHARE SKIP LOCKED) u ON true
  ),
  written AS (
    INSERT INTO tb_user_status AS s (tenant_id, user_id, is_online, last_seen)
    SELECT tenant_id, user_id, is_online, last_seen FROM known ORDER BY tenant_id, user_id
    ON CONFLICT (tenant_id, user_id) DO UPDATE SET is_online = excluded.is_online,
      last_seen = CASE WHEN s.invisible THEN s.last_seen ELSE coalesce(excluded.last_seen, s.last_seen) END
    WHERE s.is_online <> excluded.is_online
    RETURNING *
  )
  SELECT i.place::int AS place, w.*, CASE WHEN k.place IS NULL THEN EXISTS (
      SELECT FROM tb_users u WHERE u.tenant_id = i.tenant_id AND u.user_id = i.user_id AND NOT u.erasing
        AND u.erased_at IS NULL) ELSE false END AS waits
  FROM input i LEFT JOIN known k USING (place)
    LEFT JOIN written w ON w.tenant_id = i.tenant_id AND w.user_id = i.user_id`

const isThere = `CROSS JOIN LATERAL (
      SELECT FROM tb_user_status s
      WHERE s.tenant_id = w.tenant_id AND s.user_id = w.user_id AND s.is_online OFFSET 0) s`

/**
 * Whom each of these people is told to: friends and members of small rooms, who are there and not blocked. A room that
 * several of them share is read once. Every row is asked for by its key, where the planner has no other way (`OFFSET 0`):
 * of how many are there it knows nothing, and a join of all candidates takes seconds.
 */
export const watching = `
  WITH person AS MATERIALIZED (
    SELECT * FROM unnest((SELECT $1::uuid[]), (SELECT $2::uuid[])) AS p (tenant_id, user_id)
  ),
  room AS MATERIALIZED (
    SELECT m.tenant_id, m.room_id, array_agg(m.user_id) AS user_ids
    FROM person p CROSS JOIN LATERAL (
      SELECT m.tenant_id, m.room_id, m.user_id FROM tb_user_room m
      WHERE m.tenant_id = p.tenant_id AND m.user_id = p.user_id OFFSET 0) m
    GROUP BY 1, 2
  ),
  pair AS (
    SELECT w.tenant_id, w.of_id, w.user_id FROM person p CROSS JOIN LATERAL (
      SELECT f.tenant_id, f.user_id AS of_id, f.friend_id AS user_id FROM tb_friendships f
      WHERE f.tenant_id = p.tenant_id AND f.user_id = p.user_id AND f.status = 'accepted'
      UNION ALL
      SELECT f.tenant_id, f.friend_id, f.user_id FROM tb_friendships f
      WHERE f.tenant_id = p.tenant_id AND f.friend_id = p.user_id AND f.status = 'accepted') w ${isThere}
    UNION
    SELECT w.tenant_id, unnest(r.user_ids), w.user_id FROM room r CROSS JOIN LATERAL (
      SELECT FROM tb_chat_rooms c
      WHERE c.tenant_id = r.tenant_id AND c.chat_room_id = r.room_id AND c.member_count <= $3 OFFSET 0) c
    CROSS JOIN LATERAL (
      SELECT o.tenant_id, o.user_id FROM tb_user_room o
      WHERE o.tenant_id = r.tenant_id AND o.room_id = r.room_id OFFSET 0) w ${isThere}
  )
  SELECT w.tenant_id, w.of_id AS user_id, array_agg(w.user_id) AS watchers FROM pair w
  WHERE w.user_id <> w.of_id AND (
    SELECT b.status FROM tb_friendships b
    WHERE b.tenant_id = w.tenant_id AND b.user_id = w.of_id AND b.friend_id = w.user_id) IS DISTINCT FROM 'blocked'
  GROUP BY 1, 2`

/** Of one user, as `$3` sees them; null is the backend. */
export const finding = `
  SELECT u.tenant_id, u.user_id, coalesce(s.is_online, false) AS is_online, s.last_seen,
    coalesce(s.invisible, false) AS invisible, EXISTS (
      SELECT FROM tb_friendships b WHERE b.tenant_id = u.tenant_id AND b.user_id = u.user_id
        AND b.friend_id = $3 AND b.status = 'blocked') AS hidden
  FROM tb_users u LEFT JOIN tb_user_status s ON s.tenant_id = u.tenant_id AND s.user_id = u.user_id
  WHERE u.tenant_id = $1 AND u.user_id = $2`

/**
 * What is so already is not changed: then there is no row. Either way it was seen last when it began or ended. Who is
 * locked or erased meanwhile changes nothing.
 */
export const hiding = `
  WITH known AS MATERIALIZED (
    SELECT FROM tb_users WHERE tenant_id = $1 AND user_id = $2 AND flag_delete = 'active' FOR SHARE
  )
  INSERT INTO tb_user_status AS s (tenant_id, user_id, invisible) SELECT $1, $2, $3 FROM known
  ON CONFLICT (tenant_id, user_id) DO UPDATE SET invisible = excluded.invisible,
    last_seen = CASE WHEN s.is_online THEN now() ELSE s.last_seen END
  WHERE s.invisible <> excluded.invisible
  RETURNING *`

/** In the order of their keys. */
export const online = `
  SELECT tenant_id, user_id FROM tb_user_status
  WHERE is_online AND ($1::uuid IS NULL OR (tenant_id, user_id) > ($1, $2::uuid))
  ORDER BY tenant_id, user_id LIMIT $3`

/** Whoever is there now was seen now. It waits for nobody. */
export const seeing = `
  WITH present AS MATERIALIZED (
    SELECT tenant_id, user_id FROM tb_user_status WHERE is_online AND NOT invisible FOR NO KEY UPDATE SKIP LOCKED
  )
  UPDATE tb_user_status s SET last_seen = now() FROM present p
  WHERE s.tenant_id = p.tenant_id AND s.user_id = p.user_id`
