import { Controller, Get } from '@nestjs/common'
import { ApiTags } from '@nestjs/swagger'
import { NodeReports } from '../contract/ports.js'
import { NodesView } from '../contract/views.js'
import { SelfReport } from '../infra/self-report.js'
import { Endpoint } from './endpoint.js'

@ApiTags('operations')
@Controller('admin/nodes')
export class NodesController {
  constructor(
    private readonly self: SelfReport,
    private readonly reports: NodeReports,
  ) {}

  @Get()
  @Endpoint({
    access: 'operator',
    summary: 'How each node is that is alive',
    description:
      'What others said of themselves is some seconds old; while Redis is away nothing is known of them. A node that died ' +
      'is shown until its lease is over.',
    answers: NodesView,
  })
  async list(): Promise<NodesView> {
    return { items: [await this.self.read(), ...(await this.reports.ofOthers())] }
  }
}
