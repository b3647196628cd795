import { Injectable } from '@nestjs/common'
import { PairRooms, type Statements } from '../contract/ports.js'
import { pairName } from '../infra/database/alone.js'

/** What blocking changes in the private room of two people. */
@Injectable()
export class PairRoomsRepository extends PairRooms {
  async setBlocked(
    tx: Statements,
    { tenantId, userId }: { tenantId: string; userId: string },
    by: string,
    is: boolean,
  ): Promise<void> {
    await tx.query(marking, [tenantId, userId, pairName(userId, by), is])
  }
}

const marking = `
  UPDATE tb_user_room SET blocked = $4 WHERE tenant_id = $1 AND user_id = $2 AND room_id = (
    SELECT chat_room_id FROM tb_chat_rooms WHERE tenant_id = $1 AND private_pair = $3)`
