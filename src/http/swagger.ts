import type { INestApplication } from '@nestjs/common'
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger'
import { complete, operationId } from './openapi.js'

const introduction = `
Chat as a service: your backend calls this API with its \`clientKey\`, mints JWTs for its users, and their frontends
chat over Socket.IO at \`/socket.io\`.

Every failure is an RFC 9457 problem with a stable \`code\`: see [all of them](/docs/errors). Every \`POST\` takes an
\`Idempotency-Key\`, but for those with a password. Lists page by \`cursor\`, messages by \`seq\`.`

const headerKey = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description }) as const

/** Every route, body, answer and error, as the code says them. */
export function openApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(introduction)
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addApiKey(headerKey('clientKey', 'Your API token; with a dot and a user id behind it, that user'), 'clientKey')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A user’s JWT' }, 'bearer')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The operator’s ADMIN_KEY' }, 'adminKey')
    .addApiKey(headerKey('x-internal-api-key', 'For the internal endpoints of a later release'), 'internalKey')
    .addTag('auth', 'Tokens for users, and users who log in by themselves')
    .addTag('user', 'People of your tenant')
    .addTag('friend', 'Friends, requests and blocks')
    .addTag('room', 'Rooms and who is in them')
    .addTag('message', 'What is said in a room')
    .addTag('admin', 'Tenants and their keys, for the operator')
    .addTag('operations', 'Is it well?')
    .build()
  return complete(SwaggerModule.createDocument(app, config, { operationIdFactory: operationId }))
}

interface PageRequest {
  headers: Record<string, string>
}

/** Runs in the page, which would send every credential that was entered: the user's JWT alone is one caller. */
function asOneCaller(request: PageRequest): PageRequest {
  if (request.headers['Authorization']) delete request.headers['clientKey']
  return request
}

export function serveSwagger(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApi(app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: 'Parley API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, requestInterceptor: asOneCaller },
  })
}
