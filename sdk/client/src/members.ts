import { asParleyError, type ParleyError } from './errors.js'
import { later } from './later.js'
import type { RoomAccess } from './room-access.js'
import { Store } from './store.js'
import type { Member, RoomEvent } from './types.js'

/** Of a larger room nobody is shown all of its members: as many as these pages have. */
const mostPages = 5
/** Who comes, comes often with others: they are read together, and not more often than this, however many come. */
const [settleMs, everyMs] = [500, 5000]

type MemberEvent = Extract<RoomEvent, { name: 'read' | 'member_updated' | 'member_joined' | 'member_left' }>

/** Who is in a room, and how far they have read. */
export class Members {
  readonly store = new Store<ReadonlyMap<string, Member>>(new Map())
  /** What is heard while they are read may be newer. */
  private heard: MemberEvent[] | null = null
  private isDue = false
  private soon: ReturnType<typeof setTimeout> | undefined
  private readMs = -Infinity
  private isClosed = false

  constructor(
    private readonly roomId: string,
    private readonly access: RoomAccess,
  ) {}

  load(): void {
    clearTimeout(this.soon)
    this.soon = undefined
    if (this.isClosed || !this.access.isOnline) return
    if (this.heard) this.isDue = true
    else void this.read()
  }

  hear(event: MemberEvent): void {
    this.heard?.push(event)
    this.take(event)
    if (event.name === 'member_joined') this.loadSoon()
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.soon)
  }

  private loadSoon(atLeastMs = settleMs): void {
    this.soon ??= later(() => this.load(), Math.max(atLeastMs, this.readMs + everyMs - performance.now()))
  }

  /** Without them a room is still a room: they are read later, at the latest when the connection is back. */
  private async read(): Promise<void> {
    this.heard = []
    this.readMs = performance.now()
    const members = await this.pages().catch((error: unknown) => this.failed(asParleyError(error)))
    const { heard, isDue } = this
    this.heard = null
    this.isDue = false
    if (members) {
      for (const event of heard) take(members, event)
      this.store.set(members)
    }
    if (isDue) this.load()
  }

  private failed({ retryable, retryAfterMs }: ParleyError): null {
    if (retryable) this.loadSoon(retryAfterMs ?? settleMs)
    return null
  }

  private async pages(): Promise<Map<string, Member>> {
    const members = new Map<string, Member>()
    let cursor: string | undefined
    for (let pages = 0; pages === 0 || (cursor && pages < mostPages); pages++) {
      const page = await this.access.memberPage(this.roomId, cursor)
      for (const member of page.items) members.set(member.user_id, member)
      cursor = page.next_cursor ?? undefined
    }
    return members
  }

  private take(event: MemberEvent): void {
    const members = new Map(this.store.get())
    if (take(members, event)) this.store.set(members)
  }
}

/** False where nothing changed. */
function take(members: Map<string, Member>, { name, data }: MemberEvent): boolean {
  const { user_id } = data
  const member = members.get(user_id)
  if (name === 'member_left') return members.delete(user_id)
  if (name === 'member_joined' && !member) return members.set(user_id, newcomer(data)) && true
  if (!member || name === 'member_joined') return false
  const isRead = name === 'read'
  members.set(user_id, isRead ? { ...member, last_read_seq: data.seq } : { ...member, room_role: data.room_role })
  return true
}

/** As much as is told of them. */
const newcomer = ({ user_id, display_name }: Pick<Member, 'user_id' | 'display_name'>): Member => ({
  user_id,
  display_name,
  img_url: null,
  room_role: 'member',
  joined_at: new Date().toISOString(),
  last_read_seq: 0,
})
