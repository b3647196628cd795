import type { INestApplication } from '@nestjs/common'
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger'
import { version } from '../contract/version.js'
import { introduction } from './introduction.js'
import { complete, operationId } from './openapi.js'

const headerKey = (name: string, description: string) => ({ type: 'apiKey', in: 'header', name, description }) as const

/** Every route, body, answer and error, as the code says them. */
export function openApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Parley')
    .setDescription(introduction)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addApiKey(headerKey('clientKey', 'Your API token; with a dot and a user id behind it, that user'), 'clientKey')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A user’s JWT' }, 'bearer')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The operator’s ADMIN_KEY' }, 'adminKey')
    .addApiKey(headerKey('x-internal-api-key', 'Your API token, or the deployment’s INTERNAL_API_KEY'), 'internalKey')
    .addTag('auth', 'Tokens for users, and users who log in by themselves')
    .addTag('user', 'People of your tenant: who they are, whether they are there, and what is kept about them')
    .addTag('friend', 'Friends, requests and blocks')
    .addTag('room', 'Rooms and who is in them')
    .addTag('message', 'What is said in a room, how people react to it and how far they have read it')
    .addTag('livestream', 'Streams, each with a room for whoever watches')
    .addTag('usage', 'What your tenant used, has and may have')
    .addTag('internal', 'What a gateway or another service of yours asks, by x-internal-api-key')
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
