import { Injectable } from '@nestjs/common'
import type { Backend, Operator, Person, UserKey } from '../../contract/actor.js'
import type { MyRoomView, RoomView } from '../../contract/views.js'
import { Config } from '../../infra/config.js'
import { alone } from '../../infra/database/alone.js'
import { Database } from '../../infra/database/database.js'
import { LivestreamsService } from '../../livestreams/livestreams.service.js'
import { MessagesService } from '../../messages/messages.service.js'
import { RoomsService } from '../../rooms/rooms.service.js'
import { TenantsService } from '../../tenants/tenants.service.js'
import { UsersService } from '../../users/users.service.js'
import { firstWords, streamId, type Name } from './first-words.js'

/** What there is for whoever comes. */
export interface Demo {
  tenantId: string
  users: Record<Name, string>
  /** The rooms of everybody. */
  rooms: { welcome: string; random: string }
  stream: { streamId: string; roomId: string }
}

const operator: Operator = { kind: 'operator' }

/** Anybody may come, so what they leave behind has an end. */
const bounds = { retention_days: 30, limits: { tenant_rooms: 10_000, tenant_storage_bytes: 100_000_000 } }

/** The demo tenant, with Ann, Bob, their rooms and Ann's stream: what is not there is made, by one node at a time. */
@Injectable()
export class DemoTenant {
  private found: Promise<Demo> | null = null

  constructor(
    private readonly tenants: TenantsService,
    private readonly users: UsersService,
    private readonly rooms: RoomsService,
    private readonly messages: MessagesService,
    private readonly streams: LivestreamsService,
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** Looked at once a process, and again after `forget`. */
  ensure(): Promise<Demo> {
    this.found ??= this.make().catch((error: unknown) => {
      this.forget()
      throw error
    })
    return this.found
  }

  /** Somebody found that something of it is gone. */
  forget(): void {
    this.found = null
  }

  private async make(): Promise<Demo> {
    const { demoTenantId: tenantId } = this.config
    await this.makeTenant(tenantId)
    return alone(this.database, tenantId, 'demo', async () => {
      const users = { ann: await this.user(tenantId, 'Ann'), bob: await this.user(tenantId, 'Bob') }
      const welcome = await this.room(users, 'Welcome')
      const random = await this.room(users, 'Random')
      const { stream } = await this.streams.open(users.ann, streamId)
      const streamRoom = await this.rooms.get(users.ann, stream.room_id)
      for (const room of [welcome, random, streamRoom]) await this.talk(users, room)
      return {
        tenantId,
        users: { ann: users.ann.userId, bob: users.bob.userId },
        rooms: { welcome: welcome.room_id, random: random.room_id },
        stream: { streamId, roomId: stream.room_id },
      }
    })
  }

  private async makeTenant(tenantId: string): Promise<void> {
    if (await this.tenants.identify(tenantId)) return
    const allowed_origins = this.config.production ? [] : ['*']
    try {
      await this.tenants.create(operator, { name: 'Demo', allowed_origins, guests: true, ...bounds }, tenantId)
    } catch (error) {
      // Another node has made it in between.
      if (!(await this.tenants.identify(tenantId))) throw error
    }
  }

  private async user(tenantId: string, name: string): Promise<Person> {
    const backend: Backend = { kind: 'backend', tenantId }
    const { user } = await this.users.upsert(backend, { external_id: name.toLowerCase(), display_name: name })
    return asPerson({ tenantId, userId: user.user_id })
  }

  /** Ann's, which Bob is in. */
  private async room({ ann, bob }: Record<Name, Person>, name: string): Promise<RoomView> {
    const known = await this.roomOf(ann, name)
    return known ?? (await this.rooms.create(ann, { name, member_ids: [bob.userId] })).room
  }

  private async roomOf(owner: Person, name: string): Promise<MyRoomView | null> {
    let cursor: string | null = null
    do {
      const page = await this.rooms.list(owner, { limit: 100, ...(cursor !== null && { cursor }) })
      const room = page.items.find((room) => room.name === name && room.created_by === owner.userId)
      if (room) return room
      cursor = page.next_cursor
    } while (cursor !== null)
    return null
  }

  /** So that the first look is not at an empty room. */
  private async talk(users: Record<Name, Person>, { room_id, name, last_seq, first_seq }: RoomView): Promise<void> {
    if (last_seq >= first_seq) return
    for (const [who, text_message] of firstWords.get(name ?? '') ?? []) {
      await this.messages.send(users[who], room_id, { text_message })
    }
  }
}

export const asPerson = (user: UserKey): Person => ({ kind: 'user', role: 'user', ...user })
