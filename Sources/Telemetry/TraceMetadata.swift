public import Logging
import Tracing

extension Logger.MetadataProvider {
  /// Adds `trace_id` and `span_id` to lines that are written while a trace is recorded.
  public static let trace = Logger.MetadataProvider {
    guard let trace = InstrumentationContext.current?.trace, trace.isSampled else { return [:] }
    return ["trace_id": "\(trace.traceID)", "span_id": .string(Hexadecimal.text(trace.spanID))]
  }
}
