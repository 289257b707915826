public import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers on loopback as providers do: recorded bodies under `/SLUG/…`, and every fault that a provider has been seen with.
///
/// With `MODEL_SYNC_BASE_URL` set to ``url``, a whole sync runs against it as it runs against the providers themselves.
public final class ReplayServer: Sendable {
  /// How an answer goes wrong.
  public enum Fault: Sendable, Hashable {
    /// The body comes in pieces of so many bytes, with a pause in milliseconds before each.
    case slow(bytes: Int, milliseconds: Int)
    /// Nothing ever comes.
    case hang
    /// The connection ends after so many bytes of the body, although more were promised.
    case cut(afterBytes: Int)
    /// Another status, with a `Retry-After` in seconds where given.
    case status(Int, retryAfter: Int?)
    /// Another status with a message.
    case message(Int, String)
    /// Another type than JSON.
    case contentType(String)
    /// The JSON ends in its middle, and the response says that it is whole.
    case truncated
    /// A list without rows.
    case emptyList
    /// An error message with status 200.
    case errorBody
    /// The request is sent to another address.
    case redirect(String)
    /// A body of this many bytes of white space in front of the list.
    case padded(bytes: Int)
  }

  /// A request as it came.
  public struct Received: Sendable {
    /// The method, such as `GET`.
    public let method: String
    /// The path with its query.
    public let target: String
    /// The header fields.
    public let headers: [(name: String, value: String)]
    /// The body.
    public let body: [UInt8]

    /// The value of a field.
    public subscript(_ name: String) -> String? {
      headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
  }

  /// What stands at a path.
  struct Page: Sendable {
    var body: [UInt8]
    var headers: [(String, String)] = []
  }

  struct State: Sendable {
    /// By path with query, or by the path alone; a path that ends with `*` stands for all that begin with it.
    var pages: [String: Page] = [:]
    /// By the first part of the path, the slug; each with how many requests it is still for.
    var faults: [String: (fault: Fault, times: Int)] = [:]
    var received: [Received] = []
    var underWay = 0
    var mostUnderWay = 0
  }

  let state = NIOLockedValueBox(State())
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel

  /// Where it listens, such as `http://127.0.0.1:12345`.
  public let url: String

  /// Starts a server.
  ///
  /// - Parameter port: 0 for a free one.
  public init(port: Int = 0) async throws {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let state = state
    channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline()
          try channel.pipeline.syncOperations.addHandler(ReplayHandler(state: state))
        }
      }
      .bind(host: "127.0.0.1", port: port).get()
    url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
  }

  /// Stops the server.
  public func stop() async throws {
    try await channel.close()
    try await group.shutdownGracefully()
  }

  /// Puts a body at a path such as `/openrouter/*`; the longest that fits counts.
  public func serve(_ path: String, _ body: [UInt8], headers: [(String, String)] = []) {
    state.withLockedValue { $0.pages[path] = Page(body: body, headers: headers) }
  }

  /// Puts a body at a path.
  public func serve(_ path: String, _ body: String, headers: [(String, String)] = []) {
    serve(path, Array(body.utf8), headers: headers)
  }

  /// Lets the answers to a provider's requests go wrong.
  ///
  /// - Parameter times: how many of them; all by default.
  public func fail(_ slug: String, _ fault: Fault, times: Int = .max) {
    state.withLockedValue { $0.faults[slug] = (fault, times) }
  }

  /// Lets a provider's answers be right again.
  public func mend(_ slug: String) { state.withLockedValue { $0.faults[slug] = nil } }

  /// The requests so far, of one provider where named.
  public func requests(_ slug: String? = nil) -> [Received] {
    state.withLockedValue { state in
      state.received.filter { slug == nil || $0.target.hasPrefix("/\(slug ?? "")/") }
    }
  }

  /// The most requests that were under way at the same time.
  public var mostUnderWay: Int { state.withLockedValue { $0.mostUnderWay } }

  /// Puts recorded bodies at the paths of their providers.
  ///
  /// - Parameter directory: files named like their providers' slugs, or as in ``recordedNames``.
  /// - Returns: the slugs, sorted.
  @discardableResult
  public func serveRecorded(in directory: URL) throws -> [String] {
    var slugs: [String] = []
    let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
    for file in files where file.pathExtension == "json" {
      let name = file.deletingPathExtension().lastPathComponent
      guard !Self.spareRecords.contains(name) else { continue }
      let slug = Self.recordedNames[name] ?? name
      serve("/\(slug)/*", [UInt8](try Data(contentsOf: file)))
      slugs.append(slug)
    }
    return slugs.sorted()
  }

  /// The slugs of recorded bodies that have other names.
  static let recordedNames = [
    "gemini": "google", "openrouter-2025-12-02": "openrouter", "vercel-ai-gateway-sdk": "vercel-ai-gateway",
    "litellm-cost-map-2025-09": "litellm",
  ]
  /// Recorded bodies of a provider that has another one here.
  static let spareRecords: Set = ["gemini-openai-compat", "openrouter-2025-09-09"]
}
