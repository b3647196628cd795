/**
 * The statements of usage. Those that write are asked every few seconds by every node for all of its tenants at once:
 * they lock the tenants first, skipping one that is being deleted, then rows in the order of their keys, so that two
 * nodes wait for each other in one direction only.
 */

/** Of these tenants, those that there are. Nobody deletes them meanwhile. */
const tenant = (columns: string): string => `
  tenant AS MATERIALIZED (
    SELECT t.* FROM (SELECT DISTINCT tenant_id FROM input) i CROSS JOIN LATERAL (
      SELECT ${columns} FROM tenants k WHERE k.tenant_id = i.tenant_id FOR KEY SHARE SKIP LOCKED) t
  )`

/** A node that said nothing for longer has none. */
const live = `said_at > now() - interval '90 seconds'`

/**
 * What a node counted, by tenant and day, and how many sockets it has; only one row of a tenant says so. The most that
 * there were on all nodes is what it had most, and what the others said last.
 */
export const writing = `
  WITH input AS MATERIALIZED (
    SELECT i.* FROM unnest($2::uuid[], $3::date[], $4::bigint[], $5::bigint[], $6::int[], $7::int[])
      AS i (tenant_id, day, messages, bytes, connections, peak)
  ), ${tenant(`k.tenant_id, (k.limits->>'tenant_storage_bytes')::bigint AS most`)},
  others AS (
    SELECT n.tenant_id, sum(n.connections)::int AS connections FROM usage_nodes n
    WHERE n.tenant_id = ANY ($2) AND n.node_id <> $1 AND ${live} GROUP BY 1
  ),
  node AS (
    INSERT INTO usage_nodes (tenant_id, node_id, connections, said_at)
    SELECT i.tenant_id, $1, i.connections, now() FROM input i JOIN tenant USING (tenant_id)
    WHERE i.connections IS NOT NULL ORDER BY 1
    ON CONFLICT (tenant_id, node_id) DO UPDATE SET connections = excluded.connections, said_at = excluded.said_at
  ),
  day AS (
    INSERT INTO usage_days AS d (tenant_id, day, messages, bytes, peak_connections)
    SELECT i.tenant_id, i.day, i.messages, i.bytes,
      CASE WHEN i.peak > 0 THEN i.peak + coalesce(o.connections, 0) ELSE 0 END
    FROM input i JOIN tenant USING (tenant_id) LEFT JOIN others o USING (tenant_id) ORDER BY 1, 2
    ON CONFLICT (tenant_id, day) DO UPDATE SET messages = d.messages + excluded.messages,
      bytes = d.bytes + excluded.bytes, peak_connections = greatest(d.peak_connections, excluded.peak_connections)
  ),
  storage AS (
    INSERT INTO usage_storage AS s (tenant_id, bytes)
    SELECT i.tenant_id, sum(i.bytes) FROM input i JOIN tenant USING (tenant_id) GROUP BY 1 ORDER BY 1
    ON CONFLICT (tenant_id) DO UPDATE SET bytes = s.bytes + excluded.bytes
    RETURNING s.tenant_id, s.bytes
  )
  SELECT tenant_id, storage.bytes, tenant.most FROM tenant JOIN storage USING (tenant_id)`

/** Who is erased is not written again. */
export const writingActive = `
  WITH input AS MATERIALIZED (
    SELECT i.* FROM unnest($1::uuid[], $2::uuid[], $3::date[]) AS i (tenant_id, user_id, day)
  ), ${tenant('k.tenant_id')}
  INSERT INTO usage_users AS u (tenant_id, month, user_id, days)
  SELECT i.tenant_id, date_trunc('month', i.day)::date, i.user_id, bit_or(1 << (extract(day FROM i.day)::int - 1))
  FROM input i JOIN tenant USING (tenant_id)
  WHERE EXISTS (
    SELECT FROM tb_users p
    WHERE p.tenant_id = i.tenant_id AND p.user_id = i.user_id AND NOT p.erasing AND p.erased_at IS NULL)
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
  ON CONFLICT (tenant_id, month, user_id) DO UPDATE SET days = u.days | excluded.days
  WHERE u.days & excluded.days <> excluded.days`

const activeOn = (day: string): string => `(
    SELECT count(*)::int FROM usage_users u
    WHERE u.tenant_id = $1 AND u.month = date_trunc('month', ${day})::date
      AND u.days & (1 << (extract(day FROM ${day})::int - 1)) <> 0)`

export const days = `
  SELECT d.day::text AS day, d.messages, d.bytes, d.peak_connections,
    coalesce(d.active_users, ${activeOn('d.day')}) AS active_users
  FROM usage_days d WHERE d.tenant_id = $1 AND d.day BETWEEN $2 AND $3`

/** `$2`: the first days of months. */
export const months = `
  SELECT m.month::text AS month, coalesce(d.month_users, (
    SELECT count(*)::int FROM usage_users u WHERE u.tenant_id = $1 AND u.month = m.month)) AS monthly_active_users
  FROM unnest($2::date[]) AS m (month) LEFT JOIN usage_days d ON d.tenant_id = $1 AND d.day = m.month ORDER BY 1`

export const present = `
  SELECT
    (SELECT coalesce(sum(connections), 0)::int FROM usage_nodes WHERE tenant_id = $1 AND ${live}) AS connections,
    (SELECT count(*)::int FROM tb_chat_rooms WHERE tenant_id = $1) AS rooms,
    coalesce((SELECT bytes FROM usage_storage WHERE tenant_id = $1), 0)::bigint AS storage_bytes`

const size = (
  of: string,
): string => `coalesce(octet_length(${of}.content), 0) + coalesce(octet_length(${of}.file_url), 0)
      + coalesce(octet_length(${of}.metadata::text), 0)`

/** Some of the tenant's messages between two ids, by their ids: how many, what they take, and the last of them. */
export const measuring = `
  WITH page AS MATERIALIZED (
    SELECT q.message_id, q.edited_at, ${size('q')} AS bytes FROM tb_messages q
    WHERE q.tenant_id = $1 AND q.message_id > $2 AND q.message_id < $3 ORDER BY q.message_id LIMIT $4
  )
  SELECT count(*)::int AS messages, coalesce(sum(p.bytes + CASE WHEN p.edited_at IS NULL THEN 0 ELSE (
      SELECT coalesce(sum(${size('e')}), 0) FROM message_edits e
      WHERE e.tenant_id = $1 AND e.message_id = p.message_id) END), 0)::bigint AS bytes,
    (array_agg(p.message_id ORDER BY p.message_id DESC))[1] AS last
  FROM page p`

export const openDays = `
  SELECT tenant_id, day::text AS day FROM usage_days WHERE NOT closed AND day < $1 ORDER BY day, tenant_id`

/** What is gone again was there that day. */
export const closingDay = `
  UPDATE usage_days d SET messages = greatest(d.messages, $3), bytes = greatest(d.bytes, $4),
    active_users = ${activeOn('d.day')}, closed = true
  WHERE d.tenant_id = $1 AND d.day = $2 AND NOT d.closed`

export const openMonths = `
  SELECT DISTINCT tenant_id, month::text AS month FROM usage_users WHERE month < $1 ORDER BY 2, 1`

export const closingMonth = `
  WITH gone AS (DELETE FROM usage_users WHERE tenant_id = $1 AND month = $2 RETURNING 1)
  INSERT INTO usage_days AS d (tenant_id, day, month_users) SELECT $1, $2, count(*) FROM gone HAVING count(*) > 0
  ON CONFLICT (tenant_id, day) DO UPDATE SET month_users = coalesce(d.month_users, 0) + excluded.month_users`

export const forgettingNodes = `DELETE FROM usage_nodes WHERE said_at < now() - interval '1 hour'`

/** Whose storage is to be counted: once a day, and within the hour who may store no more. `$1`: what all may store. */
export const uncounted = `
  SELECT s.tenant_id FROM usage_storage s JOIN tenants t USING (tenant_id)
  WHERE s.counted_at IS NULL OR s.counted_at < now() - interval '1 day'
    OR s.counted_at < now() - interval '50 minutes'
      AND s.bytes >= coalesce((t.limits->>'tenant_storage_bytes')::bigint, nullif($1::bigint, 0))
  ORDER BY s.counted_at NULLS FIRST`

/** Nobody else counts it now, but whoever died at it. What was believed until then, and by what the count is known. */
export const beginCount = `
  UPDATE usage_storage SET counting_since = clock_timestamp()
  WHERE tenant_id = $1 AND (counted_at IS NULL OR counted_at < now() - interval '49 minutes')
    AND (counting_since IS NULL OR counting_since < now() - interval '2 hours')
  RETURNING bytes AS believed, counting_since::text AS since`

/** With what came meanwhile; nothing, if somebody else has begun to count. */
export const endCount = `
  UPDATE usage_storage SET bytes = greatest(0, $2::bigint + bytes - $3::bigint), counted_at = now(), counting_since = NULL
  WHERE tenant_id = $1 AND counting_since = $4::timestamptz`

export const monthsOf = `
  SELECT month::text AS month, days FROM usage_users WHERE tenant_id = $1 AND user_id = $2 ORDER BY month`

/** Somebody was there, and nobody knows any more who. */
export const forgetting = `UPDATE usage_users SET user_id = gen_random_uuid() WHERE tenant_id = $1 AND user_id = $2`
