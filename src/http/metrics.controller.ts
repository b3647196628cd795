import { Controller, Get, Header } from '@nestjs/common'
import { ApiProduces, ApiTags } from '@nestjs/swagger'
import { Metrics } from '../infra/metrics.js'
import { Endpoint } from './endpoint.js'

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @ApiProduces('text/plain')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Endpoint({ access: 'operator', summary: 'Figures for Prometheus', answers: String })
  read(): Promise<string> {
    return this.metrics.registry.metrics()
  }
}
