import { Controller, Get, Header } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { failures } from '../contract/errors.js'
import { Endpoint } from './endpoint.js'

/** Where the `type` of a problem leads: every failure by its code. */
@ApiExcludeController()
@Controller('docs/errors')
export class ErrorsController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Endpoint({ access: 'public', summary: 'Every failure by its code', answers: String })
  page(): string {
    return html
  }
}

const rows = [...failures].map(
  ([code, { status, title, retryable }]) =>
    `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td>` +
    `<td>${retryable ? 'yes' : 'no'}</td></tr>`,
)

const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Parley: errors</title>
<meta name="viewport" content="width=device-width">
<style>
  body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
  table { border-collapse: collapse; width: 100% }
  td, th { border-bottom: 1px solid #8884; padding: .4rem .8rem .4rem 0; text-align: left }
  :target { background: #ffd75e66 }
</style>
<h1>Errors</h1>
<p>Every failure is an RFC 9457 problem with one of these codes, on REST and on sockets.</p>
<table><tr><th>code</th><th>status</th><th>what it means</th><th>may a retry help?</th></tr>
${rows.join('\n')}
</table></html>`
