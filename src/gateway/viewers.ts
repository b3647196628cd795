import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { Roster, type GroupKey } from '../contract/ports.js'
import { Hub, type OpenRoom } from './hub.js'

const lookMs = 250
/** No room is told more often, and how many watch at other nodes is not asked more often. */
const pauseMs = 1000

/** A stream's room, as its listeners here were told of it. */
interface Watched {
  readonly group: GroupKey
  room: OpenRoom
  /** Who watches at this node, as the roster knows it. */
  people: Set<string>
  /** Which of the room's comings and goings that was. */
  changes: number
  /** Whoever came after they were told does not know the count, be it the same. */
  isNew: boolean
  count: number
  toldMs: number
}

/**
 * Tells a stream's room how many people watch it, at whatever node. Each node says who watches at itself, and tells its own
 * how many that makes: after every coming and going, at most once a second, and the last one is always right. Who watches
 * here is found anew each time, so that no count can drift.
 */
@Injectable()
export class Viewers implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('viewers')
  private readonly watched = new Map<string, Watched>()
  private timer: NodeJS.Timeout
  private isLooking = false
  private askedMs = -Infinity

  constructor(
    private readonly hub: Hub,
    private readonly roster: Roster,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.look(performance.now()), lookMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  private async look(nowMs: number): Promise<void> {
    if (this.isLooking) return
    this.isLooking = true
    await this.tellAll(this.find(nowMs), nowMs).catch((error: unknown) => this.logger.warn(error))
    this.isLooking = false
  }

  /** Those of whom there may be something to be told. */
  private find(nowMs: number): Watched[] {
    const streams = new Map<string, OpenRoom>()
    for (const room of this.hub.openRooms()) if (room.channel.stream) streams.set(keyOf(room), room)
    for (const [key, room] of streams) this.open(key, room)
    const isTime = nowMs - this.askedMs >= pauseMs
    if (isTime) this.askedMs = nowMs
    const due: Watched[] = []
    for (const [key, watched] of this.watched) {
      if (nowMs - watched.toldMs < pauseMs || isUnseen(watched)) continue
      if (!streams.has(key)) this.close(key, watched)
      else if (this.recount(watched) || isTime) due.push(watched)
    }
    return due
  }

  private open(key: string, room: OpenRoom): void {
    const watched = this.watched.get(key)
    if (watched?.room === room) return
    const group: GroupKey = { tenantId: room.tenantId, kind: 'viewers', name: room.roomId }
    const { people = new Set<string>(), toldMs = -Infinity } = watched ?? {}
    this.watched.set(key, { group, room, people, changes: -1, isNew: true, count: -1, toldMs })
  }

  /** Not before the pause is over, so that a room that opens again is not told more often. */
  private close(key: string, { group, people }: Watched): void {
    this.watched.delete(key)
    for (const userId of people) this.roster.leave(group, userId)
  }

  /** False if nobody has come or gone here. */
  private recount(watched: Watched): boolean {
    const { channel } = watched.room
    if (watched.changes === channel.changes) return watched.isNew
    const people = new Set<string>()
    for (const { session } of channel.listeners.keys()) people.add(session.actor.userId)
    for (const userId of people) if (!watched.people.has(userId)) this.roster.enter(watched.group, userId)
    for (const userId of watched.people) if (!people.has(userId)) this.roster.leave(watched.group, userId)
    Object.assign(watched, { people, changes: channel.changes, isNew: true })
    return true
  }

  /** One question for all of them. */
  private async tellAll(due: Watched[], nowMs: number): Promise<void> {
    if (!due.length) return
    const counts = await this.roster.counts(due.map(({ group }) => group))
    for (const [at, watched] of due.entries()) this.tell(watched, counts[at]!, nowMs)
  }

  private tell(watched: Watched, count: number, nowMs: number): void {
    if (!watched.isNew && watched.count === count) return
    Object.assign(watched, { count, isNew: false, toldMs: nowMs })
    watched.room.channel.accept({ type: 'viewers', room_id: watched.room.roomId, count })
  }
}

/** Whoever comes to it is not there yet. */
const isUnseen = ({ room, people }: Watched): boolean => !room.channel.listeners.size && !people.size

const keyOf = ({ tenantId, roomId }: OpenRoom): string => `${tenantId}:${roomId}`
