import Catalog
import Tracing

/// Spans as OTLP writes them in JSON: one `ExportTraceServiceRequest`, as the OpenTelemetry Collector reads it over HTTP and,
/// line by line, from files.
public struct SpanDocument: Sendable {
  /// What the spans come from, such as `service.name`.
  private let resource: [(name: String, value: String)]

  /// The longest text of an attribute, in characters; longer ones are cut.
  private static let longestText = 512
  private static let maximumAttributes = 64

  /// Documents of a source.
  public init(resource: [(name: String, value: String)]) { self.resource = resource }

  /// The document of spans, without any line break.
  public func bytes(of spans: [FinishedSpan]) -> [UInt8] {
    var json = JSONWriter(capacity: 512 * (spans.count + 1))
    json.object { json in
      json.name("resourceSpans")
      json.array { json in
        json.object { json in
          json.name("resource")
          json.object { json in
            json.name("attributes")
            json.array { json in for (name, value) in resource { Self.attribute(name, .string(value), &json) } }
          }
          json.name("scopeSpans")
          json.array { json in
            json.object { json in
              json.name("scope")
              json.object { json in json.member("name", "modelcatalog") }
              json.name("spans")
              json.array { json in for span in spans { Self.write(span, &json) } }
            }
          }
        }
      }
    }
    return json.bytes
  }

  private static func write(_ span: FinishedSpan, _ json: inout JSONWriter) {
    json.object { json in
      json.member("traceId", span.context.traceID.description)
      json.member("spanId", Hexadecimal.text(span.context.spanID))
      if let state = span.context.state { json.member("traceState", state) }
      if let parent = span.parentID { json.member("parentSpanId", Hexadecimal.text(parent)) }
      json.member("flags", span.context.isSampled ? 1 : 0)
      json.member("name", span.name)
      json.member("kind", number(of: span.kind))
      json.member("startTimeUnixNano", String(span.start))
      json.member("endTimeUnixNano", String(span.end))
      attributes(span.attributes, &json)
      if !span.events.isEmpty {
        json.name("events")
        json.array { json in for event in span.events { write(event, &json) } }
      }
      if !span.links.isEmpty {
        json.name("links")
        json.array { json in
          for link in span.links {
            json.object { json in
              json.member("traceId", link.traceID.description)
              json.member("spanId", Hexadecimal.text(link.spanID))
            }
          }
        }
      }
      if let status = span.status {
        json.name("status")
        json.object { json in json.member("code", status.code == .ok ? 1 : 2) }
      }
    }
  }

  private static func write(_ event: SpanEvent, _ json: inout JSONWriter) {
    json.object { json in
      json.member("timeUnixNano", String(event.nanosecondsSinceEpoch))
      json.member("name", event.name)
      attributes(event.attributes, &json)
    }
  }

  private static func number(of kind: SpanKind) -> Int {
    switch kind {
    case .internal: 1
    case .server: 2
    case .client: 3
    case .producer: 4
    case .consumer: 5
    }
  }

  private static func attributes(_ attributes: SpanAttributes, _ json: inout JSONWriter) {
    var sorted: [(String, SpanAttribute)] = []
    attributes.forEach { sorted.append(($0, $1)) }
    sorted.sort { $0.0 < $1.0 }
    json.name("attributes")
    json.array { json in
      for (name, value) in sorted.prefix(maximumAttributes) { attribute(name, value, &json) }
    }
  }

  private static func attribute(_ name: String, _ value: SpanAttribute, _ json: inout JSONWriter) {
    json.object { json in
      json.member("key", name)
      json.name("value")
      json.object { json in
        switch value {
        case .int32(let number): json.member("intValue", String(number))
        case .int64(let number): json.member("intValue", String(number))
        case .bool(let bool): json.member("boolValue", bool)
        case .double(let number) where number.isFinite:
          json.name("doubleValue")
          json.raw("\(number)".utf8)
        case .string(let text): json.member("stringValue", String(text.prefix(longestText)))
        case .stringConvertible(let any): json.member("stringValue", String(any.description.prefix(longestText)))
        default: json.member("stringValue", String("\(value)".prefix(longestText)))
        }
      }
    }
  }
}
