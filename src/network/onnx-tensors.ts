import { err, ok, type Result } from "../runtime/result.js";

/** A tensor of an ONNX file, as a view on the file's own bytes: to write into it is to change the model. */
export interface Tensor {
  /** Empty for the value of a Constant node. */
  readonly name: string;
  /** `TensorProto.DataType`: 1 is float, 3 is int8. */
  readonly type: number;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** The tensors of a graph in the order of the file. */
export interface GraphTensors {
  readonly initializers: readonly Tensor[];
  readonly constants: readonly Tensor[];
}

/** Numbers of the fields, see onnx/onnx.proto. */
const field = {
  model: { graph: 7 },
  graph: { node: 1, initializer: 5 },
  node: { opType: 4, attribute: 5 },
  attribute: { tensor: 5 },
  tensor: { dims: 1, dataType: 2, name: 8, rawData: 9 },
} as const;

/** Finds the tensors in an ONNX file without knowing its operators; an error for what is no such file. */
export function findTensors(file: Uint8Array): Result<GraphTensors, string> {
  try {
    const graph = fieldsOf(file).find(({ number }) => number === field.model.graph)?.bytes;
    if (graph === undefined) return err("the file has no graph");
    const initializers: Tensor[] = [];
    const constants: Tensor[] = [];
    for (const { number, bytes } of fieldsOf(graph)) {
      if (number === field.graph.initializer) initializers.push(tensorOf(bytes));
      if (number === field.graph.node) constants.push(...constantsOf(bytes));
    }
    return ok({ initializers, constants });
  } catch (thrown) {
    if (thrown instanceof RangeError) return err(`it is no ONNX file: ${thrown.message}`);
    throw thrown;
  }
}

function constantsOf(node: Uint8Array): readonly Tensor[] {
  const fields = fieldsOf(node);
  const type = fields.find(({ number }) => number === field.node.opType);
  if (type === undefined || textOf(type.bytes) !== "Constant") return [];
  return fields
    .filter(({ number }) => number === field.node.attribute)
    .flatMap(({ bytes }) => fieldsOf(bytes).filter(({ number }) => number === field.attribute.tensor))
    .map(({ bytes }) => tensorOf(bytes));
}

function tensorOf(bytes: Uint8Array): Tensor {
  const shape: number[] = [];
  let name = "";
  let type = 0;
  let raw = nothing;
  for (const { number, value, bytes: inner } of fieldsOf(bytes)) {
    // Repeated numbers come one by one or packed.
    if (number === field.tensor.dims) {
      if (inner.length === 0) shape.push(value);
      for (let place = 0; place < inner.length; ) {
        const read = varint(inner, place);
        shape.push(read.value);
        place = read.next;
      }
    }
    if (number === field.tensor.dataType) type = value;
    if (number === field.tensor.name) name = textOf(inner);
    if (number === field.tensor.rawData) raw = inner;
  }
  return { name, type, shape, bytes: raw };
}

interface Field {
  readonly number: number;
  /** Of a plain number; 0 for everything else. */
  readonly value: number;
  /** Of a text, a message or packed numbers; empty for everything else. */
  readonly bytes: Uint8Array;
}

const nothing: Uint8Array = new Uint8Array();

/** The fields of a protocol-buffer message (protobuf.dev, “Encoding”); throws a RangeError for bytes that are none. */
function fieldsOf(message: Uint8Array): readonly Field[] {
  const fields: Field[] = [];
  for (let place = 0; place < message.length; ) {
    const tag = varint(message, place);
    const number = Math.floor(tag.value / 8);
    switch (tag.value % 8) {
      case 0: {
        const { value, next } = varint(message, tag.next);
        fields.push({ number, value, bytes: nothing });
        place = next;
        break;
      }
      case 1:
        place = tag.next + 8;
        break;
      case 2: {
        const { value: length, next } = varint(message, tag.next);
        if (next + length > message.length) throw new RangeError("a field is longer than the file");
        fields.push({ number, value: 0, bytes: message.subarray(next, next + length) });
        place = next + length;
        break;
      }
      case 5:
        place = tag.next + 4;
        break;
      default:
        throw new RangeError(`a field of type ${tag.value % 8}`);
    }
  }
  return fields;
}

function varint(bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let place = from, factor = 1; place < bytes.length && place < from + 10; place += 1, factor *= 128) {
    const byte = bytes[place] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: place + 1 };
  }
  throw new RangeError("a number without an end");
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
