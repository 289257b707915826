import AsyncHTTPClient
import CatalogServer
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Telemetry
import TieredCaching
import Tracing

/// The spans of this process: who makes them, and the way they go.
struct TraceWiring: Sendable {
  /// Sends spans; nil where none are made.
  let exporter: SpanExporter?
  /// Which requests are traced; nil where none are.
  let requests: RequestTracing?
  /// Where spans go.
  let spans: Spans

  /// How long a collector may take.
  private static let patience = TimeAmount.seconds(5)

  /// For as long as the process runs. A collector that is not there is known at once: the exporter tries again by itself,
  /// and the server should not wait for it at its end.
  private static let client = {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: HTTPClient.Configuration.Timeout(connect: .seconds(2)))
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.tracing.tracer = nil
    return HTTPClient(configuration: configuration)
  }()

  /// Spans as configured.
  init(_ settings: TraceSettings, logger: Logger) {
    guard let send = Self.sender(to: settings.destination, settings.headers) else {
      exporter = nil
      requests = nil
      spans = .none
      return
    }
    let document = SpanDocument(resource: [
      ("service.name", settings.serviceName), ("service.instance.id", Settings.workerID),
      ("host.name", Settings.hostName),
    ])
    let exporter = SpanExporter(
      document: document, logger: logger, onLoss: { ProcessMetrics.countLostSpans($0) }, send: send)
    let tracer = SpanTracer(sampler: settings.sampler) { exporter.add($0) }
    self.exporter = exporter
    spans = Spans(tracer: tracer)
    requests = RequestTracing(tracer: tracer) { [sampler = settings.sampler] traceparent, tracestate in
      sampler.begin(traceparent: traceparent, tracestate: tracestate).map { SpanTracer.context(of: $0) }
    }
  }

  private static func sender(
    to destination: TraceSettings.Destination, _ headers: TraceHeaders
  ) -> (@Sendable ([UInt8]) async throws -> Void)? {
    switch destination {
    case .none: nil
    // On a thread that may wait, as whoever reads the other end of a pipe may be slow.
    case .console: { bytes in try await offloaded { StandardError.write(bytes + [0x0A]) } }
    case .file(let path): { bytes in try await offloaded { try append(bytes + [0x0A], to: path) } }
    case .collector(let address):
      { [own = HTTPHeaders(headers.fields.map { ($0.name, $0.value) })] bytes in
        try await post(bytes, to: address, own)
      }
    }
  }

  private static func offloaded(_ work: @escaping @Sendable () throws -> Void) async throws {
    try await NIOThreadPool.singleton.runIfActive(work)
  }

  /// Adds a line with one call, so that several processes may share the file.
  private static func append(_ line: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    guard line.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == line.count else { throw failure() }
  }

  private static func failure() -> ExportFailure {
    ExportFailure("the file cannot be written: \(String(cString: strerror(errno)))", isRetryable: false)
  }

  private static func post(_ document: [UInt8], to address: String, _ own: HTTPHeaders) async throws {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers = ["Content-Type": "application/json", "User-Agent": "modelcatalog"]
    request.headers.add(contentsOf: own)
    request.body = .bytes(ByteBuffer(bytes: document))
    let response: HTTPClientResponse
    do {
      response = try await client.execute(request, deadline: .now() + patience)
      // So that the connection can be used again.
      _ = try await response.body.collect(upTo: 64 << 10)
    } catch {
      throw ExportFailure("the collector does not answer: \(error)", isRetryable: true)
    }
    let status = response.status.code
    guard !(200..<300).contains(status) else { return }
    throw ExportFailure(
      "the collector answers with status \(status)", isRetryable: [429, 502, 503, 504].contains(status))
  }
}
