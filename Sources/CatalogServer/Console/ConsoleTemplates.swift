import Mustache

/// The templates of the console, compiled once.
struct ConsoleTemplates: Sendable {
  /// Why a template cannot be used; the program was built with a mistake.
  struct Broken: Error, CustomStringConvertible {
    let name: String
    let reason: String

    var description: String { "the template \"\(name)\" of the console cannot be used: \(reason)" }
  }

  private let library: MustacheLibrary

  /// Every template by its name. One is the frame of all pages, the others fill it or are parts of others.
  static let sources: [String: [UInt8]] = [
    "layout": PackageResources.layout_mustache,
    "models": PackageResources.models_mustache,
    "offers": PackageResources.offers_mustache,
    "filters": PackageResources.filters_mustache,
    "select": PackageResources.select_mustache,
    "form-token": PackageResources.form_token_mustache,
    "paging": PackageResources.paging_mustache,
    "offer-table": PackageResources.offer_table_mustache,
    "model": PackageResources.model_mustache,
    "chart": PackageResources.chart_mustache,
    "change-table": PackageResources.change_table_mustache,
    "compare": PackageResources.compare_mustache,
    "cost": PackageResources.cost_mustache,
    "providers": PackageResources.providers_mustache,
    "provider": PackageResources.provider_mustache,
    "changes": PackageResources.changes_mustache,
    "deprecations": PackageResources.deprecations_mustache,
    "problem": PackageResources.problem_mustache,
    "login": PackageResources.login_mustache,
    "operations": PackageResources.operations_mustache,
    "operations-head": PackageResources.operations_head_mustache,
    "cache": PackageResources.cache_mustache,
    "explain": PackageResources.explain_mustache,
    "audit": PackageResources.audit_mustache,
    "sync": PackageResources.sync_mustache,
    "quarantine": PackageResources.quarantine_mustache,
    "overrides": PackageResources.overrides_mustache,
  ]

  /// Compiles templates.
  ///
  /// - Throws: ``Broken`` when one is no template, or uses another one that there is not.
  init(_ sources: [String: [UInt8]] = Self.sources) throws(Broken) {
    // The library escapes by characters; see `Markup.escaped(_:)` for why that is not enough.
    MustacheContentTypes.register(MarkupContent(), named: MarkupContent.name)
    var library = MustacheLibrary()
    for (name, bytes) in sources {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Broken(name: name, reason: "it is not valid UTF-8")
      }
      for match in text.matches(of: /\{\{>\s*([a-z-]+)\s*\}\}/) where sources[String(match.1)] == nil {
        throw Broken(name: name, reason: "there is no template \"\(match.1)\"")
      }
      do {
        try library.register("{{% CONTENT_TYPE:\(MarkupContent.name)}}\(text)", named: name)
      } catch {
        throw Broken(name: name, reason: String(describing: error))
      }
    }
    self.library = library
  }

  /// Fills the frame of all pages.
  func render<Content: Sendable>(_ page: ConsolePage<Content>) -> String {
    library.render(page, withTemplate: "layout") ?? ""
  }
}

/// Escapes what is filled into templates.
private struct MarkupContent: MustacheContentType {
  static let name = "MARKUP"

  func escapeText(_ text: String) -> String { Markup.escaped(text) }
}
