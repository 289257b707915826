import HTTPTypes
import Hummingbird
import NIOCore

/// What people see whose request was refused before anybody looked at it. These pages are made once: whoever is refused must
/// not cost others anything.
struct RefusalPages: Sendable {
  private let tooManyRequests: ByteBuffer
  private let unavailable: ByteBuffer

  /// - Parameters:
  ///   - templates: make the pages.
  ///   - assets: what pages load.
  init(templates: ConsoleTemplates, assets: ConsoleAssets) {
    let page = { (status: HTTPResponse.Status, detail: String) in
      let content = ConsoleContent(
        title: status.reasonPhrase, template: "problem", place: nil,
        content: ProblemPage(Problem(status: status, kind: "", detail: detail)))
      return ByteBuffer(
        string: templates.render(
          ConsolePage(
            content, showing: nil, styleSheet: assets.address(of: "console.css"),
            script: assets.address(of: "console.js"))))
    }
    tooManyRequests = page(.tooManyRequests, "this client asks more than it may; ask again in a moment")
    unavailable = page(.serviceUnavailable, "the server has too many requests at the moment; ask again in a moment")
  }

  /// The page of a refusal.
  func response(to problem: Problem) -> Response {
    var headers = ConsoleHeaders.page
    headers[.cacheControl] = "no-store"
    for (name, value) in problem.headers { headers[name] = value }
    let page = problem.status == .tooManyRequests ? tooManyRequests : unavailable
    return Response(status: problem.status, headers: headers, body: ResponseBody(byteBuffer: page))
  }
}
