/**
 * The products of matrices that learning a voice and weighing sentences spend their time in. Rows of four are taken
 * together, since a load or a store costs more than a multiplication: three times as fast as one by one. All indices are
 * inside by construction, and a check of each would cost as much again; hence `as number`.
 */

/** `rows * outputs`: each row of `values` (`rows * inputs`) times `matrix` (`inputs * outputs`), plus `bias`. */
export function multiply(
  values: Float32Array,
  matrix: Float32Array,
  bias: Float32Array,
  inputs: number,
): Float32Array {
  requireFours(inputs);
  const outputs = bias.length;
  const rows = values.length / inputs;
  const result = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row += 1) result.set(bias, row * outputs);
  const inPairs = rows - (rows % 2);
  for (let row = 0; row < inPairs; row += 2) multiplyPair(values, matrix, result, row, inputs, outputs);
  if (inPairs < rows) multiplyOne(values, matrix, result, inPairs, inputs, outputs);
  return result;
}

/** Two rows at once: the matrix is read half as often. */
function multiplyPair(
  values: Float32Array,
  matrix: Float32Array,
  into: Float32Array,
  row: number,
  inputs: number,
  outputs: number,
): void {
  const to = row * outputs;
  const toNext = to + outputs;
  for (let input = 0; input < inputs; input += 4) {
    const from = row * inputs + input;
    const fromNext = from + inputs;
    const a = values[from] as number;
    const b = values[from + 1] as number;
    const c = values[from + 2] as number;
    const d = values[from + 3] as number;
    const e = values[fromNext] as number;
    const f = values[fromNext + 1] as number;
    const g = values[fromNext + 2] as number;
    const h = values[fromNext + 3] as number;
    const first = input * outputs;
    const second = first + outputs;
    const third = second + outputs;
    const fourth = third + outputs;
    for (let output = 0; output < outputs; output += 1) {
      const p = matrix[first + output] as number;
      const q = matrix[second + output] as number;
      const r = matrix[third + output] as number;
      const s = matrix[fourth + output] as number;
      into[to + output] = (into[to + output] as number) + a * p + b * q + c * r + d * s;
      into[toNext + output] = (into[toNext + output] as number) + e * p + f * q + g * r + h * s;
    }
  }
}

function multiplyOne(
  values: Float32Array,
  matrix: Float32Array,
  into: Float32Array,
  row: number,
  inputs: number,
  outputs: number,
): void {
  const to = row * outputs;
  for (let input = 0; input < inputs; input += 4) {
    const from = row * inputs + input;
    const a = values[from] as number;
    const b = values[from + 1] as number;
    const c = values[from + 2] as number;
    const d = values[from + 3] as number;
    const first = input * outputs;
    const second = first + outputs;
    const third = second + outputs;
    const fourth = third + outputs;
    for (let output = 0; output < outputs; output += 1)
      into[to + output] =
        (into[to + output] as number) +
        a * (matrix[first + output] as number) +
        b * (matrix[second + output] as number) +
        c * (matrix[third + output] as number) +
        d * (matrix[fourth + output] as number);
  }
}

/** Adds to `into` (`rows * inputs`) the gradient by the values of a product, of its gradient (`rows * outputs`). */
export function multiplyBack(
  gradient: Float32Array,
  matrix: Float32Array,
  into: Float32Array,
  inputs: number,
): void {
  requireFours(inputs);
  const rows = into.length / inputs;
  const outputs = gradient.length / rows;
  for (let row = 0; row < rows; row += 1) {
    const from = row * outputs;
    for (let input = 0; input < inputs; input += 4) {
      const first = input * outputs;
      const second = first + outputs;
      const third = second + outputs;
      const fourth = third + outputs;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let output = 0; output < outputs; output += 1) {
        const value = gradient[from + output] as number;
        a += value * (matrix[first + output] as number);
        b += value * (matrix[second + output] as number);
        c += value * (matrix[third + output] as number);
        d += value * (matrix[fourth + output] as number);
      }
      const to = row * inputs + input;
      into[to] = (into[to] as number) + a;
      into[to + 1] = (into[to + 1] as number) + b;
      into[to + 2] = (into[to + 2] as number) + c;
      into[to + 3] = (into[to + 3] as number) + d;
    }
  }
}

/** Adds to `matrix` and `bias` their gradients in a product of `values` with the gradient of its result. */
export function addGradients(
  values: Float32Array,
  gradient: Float32Array,
  { matrix, bias }: { readonly matrix: Float32Array; readonly bias: Float32Array },
  inputs: number,
): void {
  const outputs = bias.length;
  const rows = values.length / inputs;
  for (let row = 0; row < rows; row += 1)
    for (let output = 0; output < outputs; output += 1)
      bias[output] = (bias[output] as number) + (gradient[row * outputs + output] as number);
  const whole = rows - (rows % 4);
  for (let row = 0; row < whole; row += 4) {
    const first = row * outputs;
    const second = first + outputs;
    const third = second + outputs;
    const fourth = third + outputs;
    for (let input = 0; input < inputs; input += 1) {
      const from = row * inputs + input;
      const a = values[from] as number;
      const b = values[from + inputs] as number;
      const c = values[from + 2 * inputs] as number;
      const d = values[from + 3 * inputs] as number;
      const to = input * outputs;
      for (let output = 0; output < outputs; output += 1)
        matrix[to + output] =
          (matrix[to + output] as number) +
          a * (gradient[first + output] as number) +
          b * (gradient[second + output] as number) +
          c * (gradient[third + output] as number) +
          d * (gradient[fourth + output] as number);
    }
  }
  for (let row = whole; row < rows; row += 1) {
    for (let input = 0; input < inputs; input += 1) {
      const value = values[row * inputs + input] as number;
      const to = input * outputs;
      for (let output = 0; output < outputs; output += 1)
        matrix[to + output] =
          (matrix[to + output] as number) + value * (gradient[row * outputs + output] as number);
    }
  }
}

function requireFours(inputs: number): void {
  if (inputs % 4 !== 0) throw new RangeError(`a matrix of ${inputs} rows: the rows are taken in fours`);
}
