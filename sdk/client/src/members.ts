import type { RoomAccess } from './room-access.js'
import { Store } from './store.js'
import type { Member, RoomEvent } from './types.js'

/** Of a larger room nobody is shown all of its members: as many as these pages have. */
const mostPages = 5

/** Who is in a room, and how far they have read. */
export class Members {
  readonly store = new Store<ReadonlyMap<string, Member>>(new Map())
  private readSeq = 0
  private toReadSeq = 0
  private isReading = false

  constructor(
    private readonly roomId: string,
    private readonly access: RoomAccess,
  ) {}

  /** What is heard meanwhile is newer than what is read. */
  async load(): Promise<void> {
    const members = new Map<string, Member>()
    let cursor: string | undefined
    try {
      for (let pages = 0; pages === 0 || (cursor && pages < mostPages); pages++) {
        const page = await this.access.memberPage(this.roomId, cursor)
        for (const member of page.items) members.set(member.user_id, member)
        cursor = page.next_cursor ?? undefined
      }
    } catch {
      // Without them a room is still a room: they are read again when it is opened again.
      return
    }
    for (const [id, { last_read_seq }] of this.store.get()) {
      const member = members.get(id)
      if (member && last_read_seq > member.last_read_seq) members.set(id, { ...member, last_read_seq })
    }
    this.store.set(members)
  }

  hear(event: RoomEvent): void {
    if (event.name === 'read') this.change(event.data.user_id, { last_read_seq: event.data.seq })
    if (event.name === 'member_updated') this.change(event.data.user_id, { room_role: event.data.room_role })
    if (event.name === 'member_joined') void this.load()
    if (event.name === 'member_left') this.remove(event.data.user_id)
  }

  /** Read up to there. Of several the last is said, and none is said back. */
  markRead(seq: number): void {
    this.toReadSeq = Math.max(this.toReadSeq, seq)
    if (!this.isReading) void this.sayRead()
  }

  private async sayRead(): Promise<void> {
    this.isReading = true
    while (this.toReadSeq > this.readSeq) {
      const seq = this.toReadSeq
      const isSaid = await this.access.read(this.roomId, seq).then(
        () => true,
        () => false,
      )
      if (!isSaid) break
      this.readSeq = seq
    }
    this.isReading = false
  }

  private change(userId: string, fields: Partial<Member>): void {
    const member = this.store.get().get(userId)
    if (member) this.store.set(new Map(this.store.get()).set(userId, { ...member, ...fields }))
  }

  private remove(userId: string): void {
    const left = new Map(this.store.get())
    if (left.delete(userId)) this.store.set(left)
  }
}
