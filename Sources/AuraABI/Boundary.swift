internal import AuraBase
internal import AuraEngine
internal import CAura
internal import Glibc

/// Runs one exported call, on a stack with room: errors become a status and, if asked for, a filled `aura_error`.
func boundary(
  _ err: UnsafeMutablePointer<aura_error>? = nil, _ body: () throws(AuraError) -> Void
) -> aura_status {
  var status = AURA_OK
  func attempt(_ body: () throws(AuraError) -> Void) {
    do throws(AuraError) {
      try body()
    } catch {
      report(error, into: err)
      status = error.code.rawValue
    }
  }
  attempt { () throws(AuraError) in try SystemThread.withRoom { attempt(body) } }
  return status
}

private func report(_ error: AuraError, into err: UnsafeMutablePointer<aura_error>?) {
  guard let err, let messageAt = MemoryLayout<aura_error>.offset(of: \.message),
    let pointerAt = MemoryLayout<aura_error>.offset(of: \.pointer)
  else { return }
  let size = min(Int(err.pointee.struct_size), MemoryLayout<aura_error>.size)
  guard size > messageAt else { return }  // too small for any version: leave it alone
  err.pointee.status = error.code.rawValue
  err.pointee.offset = error.offset.map(UInt64.init) ?? .max
  let raw = UnsafeMutableRawPointer(err).assumingMemoryBound(to: UInt8.self)
  fill(raw + messageAt, min(size, pointerAt) - messageAt, error.message)
  if size > pointerAt { fill(raw + pointerAt, size - pointerAt, error.pointer ?? "") }
}

/// Writes what fits, always with a NUL, cut between characters.
private func fill(_ target: UnsafeMutablePointer<UInt8>, _ room: Int, _ text: String) {
  var n = 0
  for scalar in text.unicodeScalars {
    guard let encoded = UTF8.encode(scalar), n + encoded.count < room else { break }
    for byte in encoded {
      target[n] = byte
      n += 1
    }
  }
  target[n] = 0
}

/// Copies the part of a caller's struct that both sides know; the rest keeps its default. `minimum` is the size that the
/// struct had in 0.1: a shorter one could end within a pointer, and half a pointer would be followed.
func read<T>(
  _ pointer: UnsafePointer<T>?, _ size: (UnsafePointer<T>) -> UInt32, defaults: T, minimum: Int
) throws(AuraError) -> T {
  guard let pointer else { return defaults }
  let given = Int(size(pointer))
  guard given >= minimum, given <= 4096 else {
    throw AuraError(.argument, "struct_size \(given) is outside \(minimum)...4096")
  }
  var value = defaults
  withUnsafeMutableBytes(of: &value) { target in
    target.baseAddress?.copyMemory(from: pointer, byteCount: min(given, target.count))
  }
  return value
}

func require<T>(_ pointer: UnsafeMutablePointer<T>?, _ name: StaticString) throws(AuraError) -> UnsafeMutablePointer<T>
{
  guard let pointer else { throw AuraError(.argument, "\(name) is NULL") }
  return pointer
}

/// The bytes of a document, borrowed for the call.
func document<R>(
  _ text: UnsafePointer<CChar>?, _ size: Int, _ body: (Span<UInt8>) throws(AuraError) -> R
) throws(AuraError) -> R {
  guard let text else { throw AuraError(.argument, "request is NULL") }
  let count = size == -1 ? strlen(text) : size  // SIZE_MAX arrives as -1
  guard count >= 0 else { throw AuraError(.argument, "request_size is too large") }
  let bytes = UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self)
  return try body(Span(_unsafeStart: bytes, count: count))
}

/// What a call brings beside its request.
func read(_ call: UnsafePointer<aura_call>?) throws(AuraError) -> Session.Call {
  var out = Session.Call()
  guard call != nil else { return out }
  let given = try read(call, { $0.pointee.struct_size }, defaults: aura_call(), minimum: 48)
  if given.cancel.id != 0 { out.token = try Handles.get(given.cancel.id, as: CancelToken.self, "cancel token") }
  if let callback = given.progress {
    let user = given.progress_user
    out.progress = { callback(user, $0) == 0 }
  }
  guard given.array_count > 0 else { return out }
  let most = Limits.fields + 1  // "agent" beside every metric
  guard let arrays = given.arrays, given.array_count <= UInt64(most) else {
    throw AuraError(.argument, given.arrays == nil ? "arrays is NULL" : "more than \(most) arrays")
  }
  for (name, array) in try read(arrays, count: Int(given.array_count)) {
    if name == "agent" {
      guard out.positions == nil else { throw AuraError(.argument, "array \"agent\" is given twice") }
      out.positions = .init(name, count: Int(clamping: array.count)) { () throws(AuraError) in
        try positions(array, name)
      }
    } else {
      out.arrays.append(numbers(array, name))
    }
  }
  guard !out.arrays.isEmpty else { throw AuraError(.argument, "array \"agent\" without a metric") }
  return out
}

/// The caller's array structs with their names. They may be longer or shorter than ours: they lie struct_size bytes
/// apart.
func read(
  _ arrays: UnsafePointer<aura_array>, count: Int
) throws(AuraError) -> [(name: String, array: aura_array)] {
  let stride = Int(arrays.pointee.struct_size)
  guard stride % MemoryLayout<aura_array>.alignment == 0 else {
    throw AuraError(.argument, "struct_size \(stride) of an array is not aligned")
  }
  var out: [(name: String, array: aura_array)] = []
  for k in 0..<count {
    let place = UnsafeRawPointer(arrays).advanced(by: k * stride).assumingMemoryBound(to: aura_array.self)
    guard Int(place.pointee.struct_size) == stride else {
      throw AuraError(.argument, "struct_size of array \(k) differs from that of array 0")
    }
    let array = try read(place, { $0.pointee.struct_size }, defaults: aura_array(), minimum: 32)
    out.append((try text(of: array.name, "name of array \(k)"), array))
  }
  return out
}

/// A NUL-terminated name of at most 1000 bytes, as UTF-8.
func text(of name: UnsafePointer<CChar>?, _ what: String) throws(AuraError) -> String {
  guard let name else { throw AuraError(.argument, "\(what) is NULL") }
  let count = strnlen(name, 1001)
  guard count > 0, count <= 1000 else { throw AuraError(.argument, "\(what) has no bytes, or more than 1000") }
  let bytes = UnsafeBufferPointer(start: UnsafeRawPointer(name).assumingMemoryBound(to: UInt8.self), count: count)
  guard let valid = String(validating: bytes, as: UTF8.self) else {
    throw AuraError(.argument, "\(what) is not UTF-8")
  }
  return valid
}

/// An array of numbers, to be copied as doubles. Alignment is the caller's to choose.
func numbers(_ array: aura_array, _ name: String) -> Session.HostArray<Double> {
  .init(name, count: Int(clamping: array.count)) { () throws(AuraError) in try copy(array, name) }
}

private func copy(_ array: aura_array, _ name: String) throws(AuraError) -> Column<Double> {
  let (data, count) = try bounds(array, name)
  var out = Buffer<Double>()
  try out.reserve(count)
  switch array.type {
  case AURA_TYPE_INT32:
    for k in 0..<count { try out.append(Double(data.loadUnaligned(fromByteOffset: k * 4, as: Int32.self))) }
  case AURA_TYPE_INT64:
    for k in 0..<count { try out.append(Double(data.loadUnaligned(fromByteOffset: k * 8, as: Int64.self))) }
  case AURA_TYPE_FLOAT32:
    for k in 0..<count { try out.append(Double(data.loadUnaligned(fromByteOffset: k * 4, as: Float.self))) }
  default:
    for k in 0..<count { try out.append(data.loadUnaligned(fromByteOffset: k * 8, as: Double.self)) }
  }
  return Column(out)
}

/// Copies an array of positions; what does not fit into 32 bits becomes -1, which is no position.
func positions(_ array: aura_array, _ name: String) throws(AuraError) -> Column<Int32> {
  let (data, count) = try bounds(array, name)
  var out = Buffer<Int32>()
  try out.reserve(count)
  switch array.type {
  case AURA_TYPE_INT32:
    for k in 0..<count { try out.append(data.loadUnaligned(fromByteOffset: k * 4, as: Int32.self)) }
  case AURA_TYPE_INT64:
    for k in 0..<count {
      try out.append(Int32(exactly: data.loadUnaligned(fromByteOffset: k * 8, as: Int64.self)) ?? -1)
    }
  default: throw AuraError(.argument, "array \"\(name)\" must hold integers")
  }
  return Column(out)
}

private func bounds(_ array: aura_array, _ name: String) throws(AuraError) -> (UnsafeRawPointer, Int) {
  guard (AURA_TYPE_INT32...AURA_TYPE_FLOAT64).contains(array.type) else {
    throw AuraError(.argument, "array \"\(name)\" is of type \(array.type), which is none of AURA_TYPE_*")
  }
  guard array.count <= 1 << 31 else { throw AuraError(.argument, "array \"\(name)\" has more than 2^31 elements") }
  if array.count == 0 { return (UnsafeRawPointer(Buffer<Double>.empty), 0) }
  guard let data = array.data else { throw AuraError(.argument, "data of array \"\(name)\" is NULL") }
  return (data, Int(array.count))
}

/// Text that lives as long as the process.
func immortal(_ text: String) -> UnsafePointer<CChar>? { strdup(text).map { UnsafePointer($0) } }
