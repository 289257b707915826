import NIOCore

/// Reads RESP3 values (and the null forms of RESP2) from bytes that arrive in pieces of any size.
///
/// It remembers where it stopped inside an aggregate, so that every byte is looked at once. Streamed strings and
/// aggregates, which no server sends, are refused. Attributes are read and dropped. After an error it stays failed.
struct RESPParser {
  /// What reading one element came to.
  private enum Step {
    case value(RedisValue)
    /// The start of an aggregate, or something that is skipped.
    case more
    /// The rest has not arrived yet.
    case incomplete
  }

  /// The start of a string whose bytes may not have arrived yet.
  private struct Bulk {
    let mark: UInt8
    let length: Int
  }

  /// Simple strings, errors and numbers may be this long, in bytes.
  private static let lineLimit = 1 << 16

  private let limits: RedisLimits
  private var input = ParserInput()
  /// The aggregates that are not complete, the outermost first.
  private var open: [RESPAggregate] = []
  private var bulk: Bulk?
  /// Elements announced and bytes read or announced in the reply that is being read.
  private var elements = 0
  private var replyBytes = 0
  private var failure: RedisError?

  init(limits: RedisLimits) { self.limits = limits }

  /// Takes bytes that arrived.
  mutating func append(_ bytes: ByteBuffer) { input.append(bytes, expecting: bulk.map { $0.length + 2 } ?? 0) }

  /// The next complete value; nil if more bytes are needed.
  mutating func next() throws(RedisError) -> RedisValue? {
    if let failure { throw failure }
    do throws(RedisError) {
      while true {
        switch try step() {
        case .incomplete:
          input.releaseIfEmpty()
          return nil
        case .more: continue
        case .value(let element):
          guard let value = place(element) else { continue }
          elements = 0
          replyBytes = 0
          return value
        }
      }
    } catch {
      failure = error
      throw error
    }
  }

  /// Puts an element where it belongs; gives the whole value when that completes it.
  private mutating func place(_ element: RedisValue) -> RedisValue? {
    var value = element
    while !open.isEmpty {
      guard open[open.count - 1].add(value) else { return nil }
      guard let aggregate = open.removeLast().value else { return nil }
      value = aggregate
    }
    return value
  }

  private mutating func step() throws(RedisError) -> Step {
    if let bulk { return try body(of: bulk) }
    guard let line = try input.line(limit: Self.lineLimit) else { return .incomplete }
    try count(bytes: line.count + 3)
    let mark = line.mark
    switch mark {
    case UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "!"): return try openBulk(mark, length: line.length())
    case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: "%"), UInt8(ascii: ">"), UInt8(ascii: "|"):
      return try openAggregate(mark, count: line.length())
    default: return .value(try line.scalar())
    }
  }

  private mutating func openBulk(_ mark: UInt8, length: Int64) throws(RedisError) -> Step {
    if length == -1, mark == UInt8(ascii: "$") { return .value(.null) }
    guard length >= 0, length <= limits.bulkSize else {
      throw .protocolViolation("a string of \(length) bytes, the limit is \(limits.bulkSize)")
    }
    try count(bytes: Int(length) + 2)
    let header = Bulk(mark: mark, length: Int(length))
    bulk = header
    return try body(of: header)
  }

  private mutating func body(of header: Bulk) throws(RedisError) -> Step {
    guard let bytes = try input.body(length: header.length) else { return .incomplete }
    bulk = nil
    switch header.mark {
    case UInt8(ascii: "!"): return .value(.error(RedisServerError(line: String(buffer: bytes))))
    case UInt8(ascii: "="):
      // Three letters name the format, as in "txt:Some text".
      guard let colon = bytes.getInteger(at: bytes.readerIndex + 3, as: UInt8.self), colon == UInt8(ascii: ":"),
        let text = bytes.getSlice(at: bytes.readerIndex + 4, length: header.length - 4)
      else { throw .protocolViolation("a verbatim string without its format") }
      return .value(.string(text))
    default: return .value(.string(bytes))
    }
  }

  private mutating func openAggregate(_ mark: UInt8, count: Int64) throws(RedisError) -> Step {
    if count == -1, mark == UInt8(ascii: "*") { return .value(.null) }
    guard let aggregate = RESPAggregate(mark: mark, count: count, limit: limits.elements - elements) else {
      throw .protocolViolation("more than \(limits.elements) elements, or a negative number of them, in a reply")
    }
    if mark == UInt8(ascii: ">"), !open.isEmpty { throw .protocolViolation("a push inside of another value") }
    elements += aggregate.remaining
    if aggregate.remaining == 0 { return aggregate.value.map { .value($0) } ?? .more }
    guard open.count < limits.nestingDepth else {
      throw .protocolViolation("aggregates nested deeper than \(limits.nestingDepth)")
    }
    open.append(aggregate)
    return .more
  }

  private mutating func count(bytes: Int) throws(RedisError) {
    replyBytes += bytes
    if replyBytes > limits.replySize { throw .protocolViolation("a reply of more than \(limits.replySize) bytes") }
  }
}
