import { Injectable } from '@nestjs/common'
import { PairRooms, type Statements } from '../contract/ports.js'
import { alone, pairName } from '../infra/database/alone.js'
import { Database, type Runner } from '../infra/database/database.js'
import type { Face, FriendRow, ListFriendsDto } from './friends.dto.js'
import { blockedOf, type Tie } from './ties.js'

export interface Change {
  before: Tie[]
  after: Tie[]
}

/** What somebody has to another, or another to them. */
export interface OwnTie extends Tie {
  other_id: string
}

type Pair = readonly [string, string]

@Injectable()
export class FriendsRepository {
  constructor(
    private readonly database: Database,
    private readonly rooms: PairRooms,
  ) {}

  /** Those of the two who are there. */
  faces(tenantId: string, pair: Pair): Promise<Face[]> {
    const sql = 'SELECT user_id, display_name, img_url FROM tb_users WHERE tenant_id = $1 AND user_id = ANY ($2)'
    return this.database.of(tenantId).query(sql, [tenantId, pair])
  }

  /**
   * Nobody else changes what is between the two meanwhile. `step` and `hold`, which says that the two are there, may throw,
   * and then nothing is changed.
   */
  change(
    tenantId: string,
    pair: Pair,
    step: (ties: Tie[]) => Tie[],
    hold: (tx: Runner) => Promise<void>,
  ): Promise<Change> {
    return alone(this.database, tenantId, pairName(...pair), async (tx) => {
      const before = await this.ties(tx, tenantId, pair)
      const after = step(before)
      await this.tellRoom(tx, tenantId, pair, { before, after })
      await hold(tx)
      await write(tx, tenantId, pair, { before, after })
      return { before, after }
    })
  }

  /** Those of the two whom the other one blocks. Stays so to the end of the transaction if the two are locked in it. */
  async blocked(tx: Runner, tenantId: string, pair: Pair): Promise<string[]> {
    return blockedOf(await this.ties(tx, tenantId, pair), pair)
  }

  /** Those who are, by user id. */
  list(tenantId: string, userId: string, status: ListFriendsDto['status'], after: string | null, limit: number) {
    return this.database.of(tenantId).query<FriendRow>(list, [tenantId, userId, status, after, limit])
  }

  /** Those of the others who block the user. */
  async blockers(
    tenantId: string,
    userId: string,
    others: string[],
    by: Statements = this.database.of(tenantId),
  ): Promise<string[]> {
    const rows = await by.query<{ user_id: string }>(blockers, [tenantId, userId, others])
    return rows.map((row) => row.user_id)
  }

  /** All that somebody has to others, and others to them: by the other one and by whose it is. */
  tiesOf(tenantId: string, userId: string, after: OwnTie | null, limit: number): Promise<OwnTie[]> {
    return this.database
      .of(tenantId)
      .query<OwnTie>(tiesOf, [tenantId, userId, after?.other_id ?? null, after?.user_id ?? null, limit])
  }

  private ties(tx: Runner, tenantId: string, pair: Pair): Promise<Tie[]> {
    return tx.query<Tie>(between, [tenantId, ...pair])
  }

  /** Members are locked before users are, to whom the ties point. */
  private async tellRoom(tx: Runner, tenantId: string, pair: Pair, { before, after }: Change): Promise<void> {
    const [were, are] = [blockedOf(before, pair), blockedOf(after, pair)]
    for (const [userId, by] of [pair, pair.toReversed() as [string, string]]) {
      const is = are.includes(userId)
      if (is !== were.includes(userId)) await this.rooms.setBlocked(tx, { tenantId, userId }, by, is)
    }
  }
}

async function write(tx: Runner, tenantId: string, pair: Pair, { before, after }: Change): Promise<void> {
  const otherThan = (userId: string): string => pair.find((id) => id !== userId)!
  for (const { user_id } of before) {
    if (after.some((tie) => tie.user_id === user_id)) continue
    await tx.query(unwrite, [tenantId, user_id, otherThan(user_id)])
  }
  for (const tie of after) {
    if (before.includes(tie)) continue
    await tx.query(rewrite, [tenantId, tie.user_id, otherThan(tie.user_id), tie.status, tie.created_at])
  }
}

/** Each by its whole key: of a table that is new the planner would read all that the tenant has. */
const between = `
  SELECT user_id, status, created_at FROM tb_friendships WHERE tenant_id = $1 AND user_id = $2 AND friend_id = $3
  UNION ALL
  SELECT user_id, status, created_at FROM tb_friendships WHERE tenant_id = $1 AND user_id = $3 AND friend_id = $2`

const tiesOf = `
  SELECT * FROM (
    SELECT friend_id AS other_id, user_id, status, created_at FROM tb_friendships WHERE tenant_id = $1 AND user_id = $2
    UNION ALL
    SELECT user_id, user_id, status, created_at FROM tb_friendships WHERE tenant_id = $1 AND friend_id = $2
  ) AS ties
  WHERE $3::uuid IS NULL OR (other_id, user_id) > ($3, $4::uuid)
  ORDER BY other_id, user_id LIMIT $5`

const unwrite = 'DELETE FROM tb_friendships WHERE tenant_id = $1 AND user_id = $2 AND friend_id = $3'

const rewrite = `
  INSERT INTO tb_friendships AS f (tenant_id, user_id, friend_id, status, created_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant_id, user_id, friend_id) DO UPDATE SET status = excluded.status, created_at = excluded.created_at,
    accepted_at = CASE WHEN excluded.status = 'accepted' THEN now() END`

const blockers = `
  SELECT user_id FROM tb_friendships
  WHERE tenant_id = $1 AND friend_id = $2 AND user_id = ANY ($3) AND status = 'blocked'`

/** Of each side no more than the page needs. Whom somebody blocks is known to them alone. */
const half = (me: string, other: string, condition: string): string => `(
  SELECT f.${other} AS user_id, f.user_id AS requested_by, f.status, f.created_at FROM tb_friendships f
  WHERE f.tenant_id = $1 AND f.${me} = $2 AND f.status = $3 AND ($4::uuid IS NULL OR f.${other} > $4) ${condition}
  ORDER BY f.${other} LIMIT $5)`

const list = `
  SELECT f.*, u.display_name, u.img_url
  FROM (${half('user_id', 'friend_id', '')} UNION ALL ${half('friend_id', 'user_id', `AND f.status <> 'blocked'`)}) f
  JOIN tb_users u ON u.tenant_id = $1 AND u.user_id = f.user_id
  ORDER BY f.user_id LIMIT $5`
