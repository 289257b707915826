import NIOConcurrencyHelpers
public import Telemetry
import Tracing

/// Spans that a test can read.
public final class RecordedTraces: Sendable {
  private let spans = NIOLockedValueBox<[FinishedSpan]>([])

  /// Nothing yet.
  public init() {}

  /// A tracer whose spans come here.
  ///
  /// - Parameter ratio: the share of traces that are sampled; all by default.
  public func tracer(sampler name: String = "parentbased_traceidratio", ratio: Double = 1) -> SpanTracer {
    guard let sampler = TraceSampler(named: name, ratio: ratio) else { preconditionFailure("no sampler \(name)") }
    return SpanTracer(sampler: sampler) { [spans] span in spans.withLockedValue { $0.append(span) } }
  }

  /// All spans that have ended, in that order.
  public var finished: [FinishedSpan] { spans.withLockedValue { $0 } }

  /// The last span of a name.
  public func span(_ name: String) -> FinishedSpan? { finished.last { $0.name == name } }

  /// The last trace that begins with a span of this name, as lines: each span below the one that it is part of and two blanks
  /// further right, in the order in which they began.
  ///
  /// - Parameter names: attributes that are shown.
  public func tree(_ root: String, _ names: String...) -> [String] {
    let all = finished
    guard let first = all.last(where: { $0.name == root }) else { return [] }
    var lines: [String] = []
    func add(_ span: FinishedSpan, depth: Int) {
      let shown = names.compactMap { name in span[name].map { " \(name)=\($0)" } }
      lines.append(String(repeating: "  ", count: depth) + span.name + shown.joined())
      let children = all.filter { $0.context.traceID == span.context.traceID && $0.parentID == span.context.spanID }
      for child in children.sorted(by: { $0.start < $1.start }) { add(child, depth: depth + 1) }
    }
    add(first, depth: 0)
    return lines
  }

  /// Everything that the spans say, to look for what they must not.
  public var text: String {
    finished.map { span in
      var text = span.name
      span.attributes.forEach { text += " \($0)=\($1)" }
      for event in span.events {
        text += " \(event.name)"
        event.attributes.forEach { text += " \($0)=\($1)" }
      }
      return text
    }.joined(separator: "\n")
  }
}

extension FinishedSpan {
  /// The text of an attribute; nil for none.
  public subscript(_ name: String) -> String? {
    switch attributes.get(name) {
    case .string(let text): text
    case .int64(let number): "\(number)"
    case .bool(let bool): "\(bool)"
    default: nil
    }
  }
}
