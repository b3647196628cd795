// The tables of docs/SCALING.md: what the capacity model says, of what was measured last.
import { assumptions, valuesOf } from '../bench/capacity/assumptions.mjs'
import { ceilings } from '../bench/capacity/ceilings.mjs'
import { coefficientsOf, resultsIn } from '../bench/capacity/coefficients.mjs'
import { capacity } from '../bench/capacity/model.mjs'
import {
  assumptionsTable,
  capacityTable,
  ceilingsTable,
  coefficientsTable,
  deploymentTable,
} from '../bench/capacity/report.mjs'
import { scenarios } from '../bench/capacity/scenarios.mjs'

/** Each by the name of its place. */
export function scalingTables() {
  const coefficients = coefficientsOf(resultsIn('bench/results'))
  const assumed = valuesOf(assumptions)
  const columns = scenarios.map(({ title, ...deployment }) => ({
    title,
    deployment,
    calm: capacity(deployment, coefficients, assumed, 'calm'),
    busy: capacity(deployment, coefficients, assumed, 'busy'),
  }))
  return {
    ceilings: ceilingsTable(ceilings(coefficients, assumed)),
    deployments: deploymentTable(columns),
    capacity: capacityTable(columns),
    coefficients: coefficientsTable(coefficients),
    assumptions: assumptionsTable(assumptions),
  }
}
