import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { EventBus, Roster, type GroupKey, type Passage } from '../contract/ports.js'
import { ephemeralTopic, nameOfTopic } from '../contract/room-names.js'
import type { Telling } from '../presence/typing-pace.js'
import { TypingRound } from '../presence/typing-round.js'
import type { EphemeralDto, SendToEphemeralDto, TypeInEphemeralDto } from './commands.dto.js'
import type { Connection } from './connection.js'
import { maxToldOfPeople } from './crowd.js'
import { Hub } from './hub.js'

/** As many as `sync_rooms` takes. */
const maxRooms = 255

const nobody: ReadonlySet<string> = new Set()

/** Rooms that are only names: there from the first one's coming to the last one's going, and nothing of them is stored. */
@Injectable()
export class EphemeralService implements OnModuleInit, OnModuleDestroy {
  private readonly typing = new TypingRound((telling) => this.tellTyping(telling))

  constructor(
    private readonly hub: Hub,
    private readonly roster: Roster,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.roster.onPassage('ephemeral', (passage) => this.tellOf(passage))
    this.typing.start()
  }

  onModuleDestroy(): void {
    this.typing.stop()
  }

  /** Told to the others once a person, by however many sockets they come, and at however many nodes. */
  enter(connection: Connection, { name }: EphemeralDto): object {
    const topic = ephemeralTopic(name)
    const wasIn = this.hub.isListening(connection, topic)
    if (!wasIn) this.requireFewer(connection)
    this.hub.listen(connection, topic)
    this.hub.write([connection], { type: 'ephemeral.joined', name })
    if (!wasIn) this.roster.enter(groupOf(connection, name), connection.session.actor.userId)
    return {}
  }

  exit(connection: Connection, { name }: EphemeralDto): object {
    const topic = ephemeralTopic(name)
    this.typing.leave(connection.id, topic)
    const isLast =
      this.hub.unlisten(connection, topic) && !this.hub.other(connection, (other) => this.hub.isListening(other, topic))
    if (isLast) this.roster.leave(groupOf(connection, name), connection.session.actor.userId)
    return {}
  }

  /** The socket has ended. To be called while the hub knows it. */
  exitAll(connection: Connection): void {
    for (const name of this.namesOf(connection)) this.exit(connection, { name })
  }

  send(connection: Connection, { name, text, client_message_id = null }: SendToEphemeralDto): object {
    const topic = this.require(connection, name)
    const { actor, name: called } = connection.session
    this.typing.endOf(actor.tenantId, topic, actor.userId)
    this.bus.publish(
      { tenantId: actor.tenantId, topic },
      {
        type: 'ephemeral.message',
        name,
        sender: { user_id: actor.userId, name: called },
        text,
        client_message_id,
        created_at: new Date().toISOString(),
      },
    )
    return {}
  }

  type(connection: Connection, { name, is_typing }: TypeInEphemeralDto): object {
    const topic = this.require(connection, name)
    const { actor, name: called } = connection.session
    const { tenantId, userId } = actor
    const typist = is_typing && this.typing.prolong(tenantId, topic, userId, connection.id)
    if (!typist) this.typing.endOf(tenantId, topic, userId)
    else if (!this.isCrowd(tenantId, topic)) {
      this.typing.begin(typist, { displayName: null, name: called, except: nobody })
    }
    return {}
  }

  private require(connection: Connection, name: string): string {
    const topic = ephemeralTopic(name)
    if (this.hub.isListening(connection, topic)) return topic
    throw new ChatError('not_listening', 'This socket is not in the room; join it first.')
  }

  private requireFewer(connection: Connection): void {
    if (this.namesOf(connection).length < maxRooms) return
    throw new ChatError('validation_failed', `A socket may be in ${maxRooms} ephemeral rooms at a time; leave one.`)
  }

  private namesOf(connection: Connection): string[] {
    return this.hub.topicsOf(connection).flatMap((topic) => nameOfTopic(topic) ?? [])
  }

  private isCrowd(tenantId: string, topic: string): boolean {
    return this.hub.listenersOf(tenantId, topic).size > maxToldOfPeople
  }

  /** Of a crowd nobody hears who comes and who goes. */
  private tellOf({ group: { tenantId, name }, userId, isIn, count }: Passage): void {
    const topic = ephemeralTopic(name)
    if (this.isCrowd(tenantId, topic) || count > maxToldOfPeople) return
    const type = isIn ? 'ephemeral.entered' : 'ephemeral.left'
    this.bus.publish({ tenantId, topic, except: new Set([userId]) }, { type, name, user_id: userId })
  }

  private tellTyping({ tenantId, roomId: topic, userId, name: user_name, isTyping, again }: Telling): void {
    const name = nameOfTopic(topic)!
    const event = { type: 'ephemeral.typing', name, user_id: userId, user_name, is_typing: isTyping } as const
    this.bus.publish({ tenantId, topic }, { ...event, ...(again && { again }) })
  }
}

const groupOf = ({ session }: Connection, name: string): GroupKey => ({
  tenantId: session.actor.tenantId,
  kind: 'ephemeral',
  name,
})
