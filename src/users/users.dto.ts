import { roles, type Actor, type Role } from '../contract/actor.js'
import { AnyJson, Email, Link, OneOf, Text } from '../contract/fields.js'
import { PageDto } from '../contract/page.js'
import { userStatuses, type Metadata, type UserStatus, type UserView } from '../contract/views.js'
import type { User } from './user.entity.js'

/** What a person may say of themselves. */
export class UpdateMeDto {
  @Text({ max: 100, optional: true, nullable: true, example: 'ann', description: 'Unique in the tenant' })
  username?: string | null
  @Text({ max: 200, optional: true, nullable: true, example: 'Ann' })
  display_name?: string | null
  @Link({ optional: true, nullable: true, example: 'https://cdn.acme.example/ann.png' })
  img_url?: string | null
  @Email({ optional: true, nullable: true, example: 'ann@acme.example' })
  email?: string | null
  @Text({ max: 50, optional: true, nullable: true, example: '+49 30 1234567' })
  phone?: string | null
  @AnyJson({ optional: true })
  metadata?: Metadata
}

export class CreateUserDto extends UpdateMeDto {
  @Text({
    max: 200,
    optional: true,
    nullable: true,
    example: 'customer-42',
    description: 'Your own id of this user. When it is there already, that user is changed and answered (200)',
  })
  external_id?: string | null
  @OneOf(roles, { optional: true, description: 'user unless said' })
  role?: Role
}

export class UpdateUserDto extends UpdateMeDto {
  @Text({ max: 200, optional: true, nullable: true, example: 'customer-42', description: 'By the backend only' })
  external_id?: string | null
  @OneOf(roles, { optional: true })
  role?: Role
  @OneOf(userStatuses, { optional: true, description: 'not_active and delete lock; active undoes it' })
  status?: UserStatus
}

export class ListUsersDto extends PageDto {
  @Text({
    max: 200,
    optional: true,
    example: 'nguyen',
    description:
      'Only those with this in their display name, username or external_id, in whatever case, or with this user_id. By the backend and admins',
  })
  q?: string
  @Text({ max: 200, optional: true, description: 'Only the user with this external_id' })
  external_id?: string
  @Text({ max: 100, optional: true, description: 'Only the user with this username' })
  username?: string
  @OneOf(userStatuses, { optional: true, description: 'Users see active ones only' })
  status?: UserStatus
}

export const roleOf = ({ role_id }: Pick<User, 'role_id'>): Role => roles[role_id - 1]!
export const roleId = (role: Role): number => roles.indexOf(role) + 1

const maySeeContacts = (actor: Actor, row: User): boolean =>
  actor.kind === 'backend' || actor.role === 'admin' || actor.userId === row.user_id

/** `email` and `phone` are shown to the user, to admins and to the backend only. */
export const toUserView = (actor: Actor, row: User): UserView => ({
  user_id: row.user_id,
  external_id: row.external_id,
  username: row.username,
  display_name: row.display_name,
  img_url: row.img_url,
  ...(maySeeContacts(actor, row) && { email: row.email, phone: row.phone }),
  role: roleOf(row),
  status: row.flag_delete,
  metadata: row.metadata,
  created_at: row.created_at.toISOString(),
})
