import AsyncHTTPClient
import Catalog
import Foundation
import NIOCore
import NIOHTTP1

/// One attempt to read a list: page after page, in bounded memory.
struct ListReading: ~Copyable {
  private let adapter: ProviderAdapter
  private let endpoint: ProviderEndpoint
  private let limits: FetchLimits
  private var parser: BodyParser
  private var validators = ListValidators(entityTag: nil, lastModified: nil)
  private var bytes = 0
  private var pages = 0
  private var rows = 0
  private var seen: Set<String> = []

  init(
    _ adapter: ProviderAdapter, _ endpoint: ProviderEndpoint, limits: FetchLimits, observedAt: Int
  ) throws(ImportError) {
    self.adapter = adapter
    self.endpoint = endpoint
    self.limits = limits
    let provider = adapter.format.isMultiProvider ? nil : adapter.slug
    parser = try BodyParser(
      format: adapter.format, context: ImportContext(provider: provider, observedAt: observedAt))
  }

  /// The request for the first page.
  func firstRequest(validators: ListValidators?) -> HTTPClientRequest {
    var request = request(endpoint.url.absoluteString)
    switch adapter.paging {
    case .number(let parameter, _): request.url = Self.adding([(parameter, "1")], to: request.url)
    case .offset(let parameter, _): request.url = Self.adding([(parameter, "0")], to: request.url)
    case .none, .token, .address, .link: break
    }
    if let tag = validators?.entityTag { request.headers.add(name: "If-None-Match", value: tag) }
    if let time = validators?.lastModified { request.headers.add(name: "If-Modified-Since", value: time) }
    return request
  }

  private func request(_ url: String) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Accept", value: "application/json")
    request.headers.add(name: "User-Agent", value: "modelcatalog")
    for (name, value) in endpoint.headers { request.headers.replaceOrAdd(name: name, value: value) }
    return request
  }

  /// Reads a page while it arrives.
  ///
  /// - Returns: the request for the next page; nil when this was the last.
  mutating func readPage(of response: HTTPClientResponse, url: String) async throws -> HTTPClientRequest? {
    try checkType(response.headers)
    pages += 1
    guard pages <= limits.pages, seen.insert(url).inserted else { throw FetchError.endlessPages(pages) }
    parser.beginPage()
    for try await chunk in response.body {
      bytes += chunk.readableBytes
      guard bytes <= limits.bytes else { throw FetchError.tooLarge(bytes: limits.bytes) }
      try parser.read(Array(chunk.readableBytesView))
    }
    let page = try parser.endOnePage()
    rows += page.rows
    if pages == 1 {
      validators = ListValidators(
        entityTag: response.headers.first(name: "ETag"), lastModified: response.headers.first(name: "Last-Modified"))
    }
    let next = try nextURL(behind: url, response.headers, rowsOfPage: page.rows)
    try parser.check(page, isLast: next == nil)
    guard let next else { return nil }
    return request(next)
  }

  /// The whole list.
  consuming func finish() throws -> FetchedList {
    let (validators, bytes, pages) = (validators, bytes, pages)
    return .list(try parser.finish(), validators, bytes: bytes, pages: pages)
  }

  /// Providers answer with pages for people, with status 200, where an address is wrong or somebody must log in.
  private func checkType(_ headers: HTTPHeaders) throws(FetchError) {
    guard let field = headers.first(name: "Content-Type") else { return }
    let type = field.prefix { $0 != ";" }.lowercased().trimmingCharacters(in: .whitespaces)
    let isFine = type.hasSuffix("/json") || type.hasSuffix("+json") || type == "text/plain"
    guard isFine || type == "application/octet-stream" else {
      throw .contentType(Vocabulary.printable(type, maximum: 80))
    }
  }

  private func nextURL(behind url: String, _ headers: HTTPHeaders, rowsOfPage: Int) throws(FetchError) -> String? {
    switch adapter.paging {
    case .none: return nil
    case .token(let parameter, let member, let condition):
      if let condition, parser.member(condition) != .bool(true) { return nil }
      guard let token = parser.member(member)?.string, !token.isEmpty else { return nil }
      return Self.adding([(parameter, token)], to: url)
    case .number(let parameter, let size):
      return rowsOfPage < size ? nil : Self.adding([(parameter, String(pages + 1))], to: url)
    case .offset(let parameter, let size):
      return rowsOfPage < size ? nil : Self.adding([(parameter, String(rows))], to: url)
    case .address(let member):
      guard let address = parser.member(member)?.string, !address.isEmpty else { return nil }
      return try SameSite.url(address, from: url)
    case .link:
      guard let address = LinkField.next(in: headers["Link"]) else { return nil }
      return try SameSite.url(address, from: url)
    }
  }

  /// The address with query items in place of those of the same names.
  private static func adding(_ items: [(String, String)], to url: String) -> String {
    guard var components = URLComponents(string: url) else { return url }
    let names = Set(items.map(\.0))
    var query = (components.queryItems ?? []).filter { !names.contains($0.name) }
    query += items.map { URLQueryItem(name: $0.0, value: $0.1) }
    components.queryItems = query
    // A plus sign means a blank to many servers, and tokens are full of them.
    components.percentEncodedQuery = components.percentEncodedQuery?.replacing("+", with: "%2B")
    return components.string ?? url
  }
}
