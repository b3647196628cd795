import { ApiProperty } from '@nestjs/swagger'
import { ids } from '../contract/examples.js'
import { Email, Link, Text, Uuid } from '../contract/fields.js'
import { AccessTokenView, UserView } from '../contract/views.js'

const tenant = { optional: true, example: ids.tenant, description: 'Unless a clientKey says whose' }

/** Code points; what is hashed is the text in its normal form (NFKC). */
const [minLength, maxLength] = [8, 128]

export class RegisterDto {
  @Uuid(tenant)
  tenant_id?: string
  @Text({ max: 100, example: 'ann', description: 'Unique in the tenant' })
  username: string
  @Text({ min: minLength, max: maxLength, example: 'correct horse battery staple' })
  password: string
  @Text({ max: 200, optional: true, nullable: true, example: 'Ann' })
  display_name?: string | null
  @Link({ optional: true, nullable: true, example: 'https://cdn.acme.example/ann.png' })
  img_url?: string | null
  @Email({ optional: true, nullable: true, example: 'ann@acme.example' })
  email?: string | null
  @Text({ max: 50, optional: true, nullable: true, example: '+49 30 1234567' })
  phone?: string | null
}

export class LogInDto {
  @Uuid(tenant)
  tenant_id?: string
  @Text({ max: 100, example: 'ann' })
  username: string
  @Text({ max: maxLength, example: 'correct horse battery staple' })
  password: string
}

export class ChangePasswordDto {
  @Text({
    max: maxLength,
    optional: true,
    example: 'correct horse battery staple',
    description: 'May be left out on the backend’s word, with a clientKey that names the user',
  })
  old_password?: string
  @Text({ min: minLength, max: maxLength, example: 'four other words of mine' })
  password: string
}

/** Whoever logged in, with the JWT by which they are. */
export class LoggedInView extends AccessTokenView {
  @ApiProperty({ type: UserView })
  user: UserView
}
