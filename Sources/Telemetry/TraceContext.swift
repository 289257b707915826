public import Tracing

/// The number of a trace: 128 bits, not all zero.
public struct TraceID: Sendable, Hashable, CustomStringConvertible {
  let high: UInt64
  let low: UInt64

  init?(high: UInt64, low: UInt64) {
    guard high | low != 0 else { return nil }
    self.high = high
    self.low = low
  }

  /// A new number.
  static func random() -> TraceID {
    var generator = SystemRandomNumberGenerator()
    while true {
      if let id = TraceID(high: generator.next(), low: generator.next()) { return id }
    }
  }

  /// 32 hexadecimal digits.
  public var description: String { Hexadecimal.text(high) + Hexadecimal.text(low) }
}

/// Where a span stands in a trace, as W3C Trace Context tells it to others.
public struct TraceContext: Sendable, Hashable {
  /// The trace.
  public let traceID: TraceID
  /// The span; 0 for a trace whose first span is yet to begin.
  public let spanID: UInt64
  /// Whether its spans are recorded.
  public let isSampled: Bool
  /// What other systems put into `tracestate`, which is handed on as it is.
  public let state: String?
  /// The span of whoever called, where this is a trace of its own that does not go on with theirs.
  let caller: Caller?

  /// A span in another trace.
  struct Caller: Sendable, Hashable {
    let traceID: TraceID
    let spanID: UInt64
  }

  init(traceID: TraceID, spanID: UInt64, isSampled: Bool, state: String?, caller: Caller? = nil) {
    self.traceID = traceID
    self.spanID = spanID
    self.isSampled = isSampled
    self.state = state
    self.caller = caller
  }

  /// Reads the header fields of a request; nil for a `traceparent` that is none. A `tracestate` that is none is left out.
  public init?(traceparent: some Collection<UInt8>, tracestate: (some Collection<UInt8>)?) {
    var reader = FieldReader(traceparent)
    guard traceparent.count <= 256, let version = reader.hexadecimal(digits: 2), version != 0xFF, reader.dash(),
      let high = reader.hexadecimal(digits: 16), let low = reader.hexadecimal(digits: 16), reader.dash(),
      let span = reader.hexadecimal(digits: 16), span != 0, reader.dash(),
      let flags = reader.hexadecimal(digits: 2), let trace = TraceID(high: high, low: low)
    else { return nil }
    // Later versions may have more behind another dash.
    guard traceparent.count == 55 || version > 0 && reader.dash() else { return nil }
    self.init(
      traceID: trace, spanID: span, isSampled: flags & 1 == 1, state: tracestate.flatMap { TraceState.text(of: $0) })
  }

  /// The field `traceparent`.
  public var traceparent: String { "00-\(traceID)-\(Hexadecimal.text(spanID))-\(isSampled ? "01" : "00")" }
}

/// Where a span's place in its trace is kept in the context of a task.
enum TraceContextKey: InstrumentationContextKey {
  typealias Value = TraceContext
}

extension InstrumentationContext {
  /// The place in a trace; nil outside of one.
  public var trace: TraceContext? { self[TraceContextKey.self] }
}

enum Hexadecimal {
  /// 16 digits.
  static func text(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

/// Steps through the bytes of a field without copying them.
private struct FieldReader<Bytes: Collection<UInt8>> {
  private var rest: Bytes.Iterator

  init(_ bytes: Bytes) { rest = bytes.makeIterator() }

  /// Reads a number of lower-case digits.
  mutating func hexadecimal(digits: Int) -> UInt64? {
    var number: UInt64 = 0
    for _ in 0..<digits {
      switch rest.next() {
      case let byte? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte):
        number = number << 4 | UInt64(byte - UInt8(ascii: "0"))
      case let byte? where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte):
        number = number << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return number
  }

  mutating func dash() -> Bool { rest.next() == UInt8(ascii: "-") }
}

/// The field `tracestate`: what other systems say about a trace, which this one hands on and never looks at.
private enum TraceState {
  private static let maximumBytes = 512
  private static let maximumMembers = 32

  /// The text of a field; nil for one that is none.
  static func text(of bytes: some Collection<UInt8>) -> String? {
    guard !bytes.isEmpty, bytes.count <= maximumBytes else { return nil }
    let members = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: true)
    guard members.count <= maximumMembers, members.allSatisfy({ isMember($0) }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isMember(_ bytes: some Collection<UInt8>) -> Bool {
    let halves = bytes.drop { $0 == 0x20 || $0 == 0x09 }.split(
      separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, (1...256).contains(halves[0].count), (1...256).contains(halves[1].count) else {
      return false
    }
    return halves[0].allSatisfy { isKeyByte($0) }
      && halves[1].allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch Character(Unicode.Scalar(byte)) {
    case "a"..."z", "0"..."9", "_", "-", "*", "/", "@": true
    default: false
    }
  }
}
