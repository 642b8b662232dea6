/* The tab, the badge, the notifications and the marks in the file list. All deciding happens on the server. */
$(function () {
    "use strict";

    function markFileList() {
        // Read when the file list is drawn: one line under the name of every judged file.
        var template = $("#files_template_machinecode");
        if (!template.length || template.text().indexOf("c3po") >= 0) return;
        var mark =
            '<!-- ko if: $data.c3po --><div class="c3po-mark"><span data-bind="text: \'C3PO: \' + c3po.finding, ' +
            "attr: {class: 'c3po-finding c3po-' + c3po.finding}\"></span></div><!-- /ko -->";
        template.text(template.text().replace(/(<div class="[^"]*additionalInfo)/, mark + "$1"));
    }

    function C3poViewModel(parameters) {
        var self = this;
        self.settings = parameters[0];
        self.loginState = parameters[1];
        self.files = parameters[2];

        self.engine = ko.observable({healthy: true, failure: ""});
        self.enforce = ko.observable(true);
        self.latched = ko.observable(null);
        self.auditFailed = ko.observable(null);
        self.judging = ko.observable(0);
        self.job = ko.observable(null);
        self.evaluation = ko.observable({});
        self.scores = ko.observableArray([]);
        self.recent = ko.observableArray([]);
        self.messages = ko.observableArray([]);
        self.mayOverride = ko.observable(false);
        self.reason = ko.observable("");
        self.allowing = ko.observable(null);
        self.picture = ko.observable("");
        self.pictureOf = ko.observable("");
        self.livePicture = ko.observable("");
        self.auditUrl = API_BASEURL + "plugin/c3po?audit=1";
        var active = false, timer = null, loading = false, again = false, question = null;

        self.canAsk = ko.pureComputed(function () {
            var job = self.job();
            return !!self.latched() || (!!job && job.phase !== "running" && job.phase !== "judging");
        });
        self.canOverride = ko.pureComputed(function () {
            return self.mayOverride() && (self.canAsk() || !!self.allowing());
        });
        self.badge = ko.pureComputed(function () {
            if (!self.engine().healthy || !self.enforce()) return "off";
            if (self.latched()) return "weapon";
            var job = self.job();
            if (job && job.phase === "stopped") return "weapon";
            if (job && job.phase === "asking") return "review";
            if ((job && job.phase === "judging") || self.judging()) return "busy";
            return "clear";
        });
        self.badgeText = ko.pureComputed(function () {
            return {
                off: self.engine().healthy ? gettext("not enforced") : gettext("no engine"),
                weapon: gettext("stopped"), review: gettext("asks"), busy: gettext("judging"), clear: ""
            }[self.badge()];
        });
        self.badgeTitle = ko.pureComputed(function () {
            return self.latched() || (self.job() && self.job().text) || self.engine().failure || gettext("All is well");
        });
        self.evaluationText = ko.pureComputed(function () {
            var evaluation = self.evaluation();
            if (!evaluation || evaluation.layer === undefined || evaluation.layer === null) {
                return gettext("Nothing judged yet.");
            }
            var text = gettext("layer") + " " + evaluation.layer;
            return evaluation.score === null ? text : text + ", " + gettext("score") + " " + Number(evaluation.score).toFixed(2);
        });
        self.evaluationFinding = ko.pureComputed(function () {
            var evaluation = self.evaluation() || {};
            return evaluation.tripped ? "weapon" : evaluation.finding || "";
        });
        // The chart is 600 by 150; the score 1 is at height 10, 0 at 130, evaluations go from 30 to 590 in their order:
        // the layers begin anew where another print does.
        self.scoreHeight = function (score) { return 130 - 120 * score; };
        self.scoreLine = ko.pureComputed(function () {
            var scores = self.scores().filter(function (entry) { return entry.score !== null; });
            return scores.map(function (entry, index) {
                var x = 30 + (560 * index) / Math.max(1, scores.length - 1);
                return x.toFixed(1) + "," + self.scoreHeight(entry.score).toFixed(1);
            }).join(" ");
        });
        self.stopsAt = ko.pureComputed(function () {
            var growing = (self.engine().thresholds || {}).growing;
            return typeof growing === "number" ? growing : null;
        });
        self.stopsText = ko.pureComputed(function () {
            return gettext("stops the print");
        });
        function layerText(entry) { return entry ? gettext("layer") + " " + entry.layer : ""; }
        self.firstLayer = ko.pureComputed(function () { return layerText(self.scores()[0]); });
        self.lastLayer = ko.pureComputed(function () { return layerText(self.scores()[self.scores().length - 1]); });
        self.scoreText = ko.pureComputed(function () {
            return gettext("Score over layers") + ": " + self.evaluationText();
        });

        function pictureUrl(name) {
            return API_BASEURL + "plugin/c3po?picture=" + encodeURIComponent(name) + "&t=" + Date.now();
        }

        self.load = function () {
            if (loading) { again = true; return; }
            loading = true;
            OctoPrint.simpleApiGet("c3po").done(self.show).always(function () {
                loading = false;
                if (again) { again = false; self.load(); }
            });
        };
        self.show = function (status) {
            self.engine(status.engine || {healthy: false, failure: ""});
            self.enforce(status.enforce);
            self.latched(status.latched);
            self.auditFailed(status.audit_failed);
            self.judging(status.judging);
            self.job(status.job);
            self.evaluation(status.evaluation || {});
            self.scores(status.scores || []);
            self.messages((status.messages || []).slice().reverse().map(function (message) {
                return {at: formatDate(Date.parse(message.at) / 1000), kind: message.kind, text: message.text};
            }));
            self.mayOverride(!!(status.may && status.may.override));
            if (status.evaluation && status.evaluation.picture) self.livePicture(pictureUrl(status.evaluation.picture));
            self.recent((status.recent || []).map(function (verdict) {
                var why = verdict.label ? [verdict.label] : [];
                if (typeof verdict.score === "number") why.push(gettext("score") + " " + verdict.score.toFixed(2));
                if (verdict.finding !== "clear") why = why.concat(verdict.reasons || []);
                return {
                    name: verdict.name, finding: verdict.finding, why: why.join(", "), picture: verdict.picture,
                    sha256: verdict.sha256, overridden: (status.overridden || []).indexOf(verdict.sha256) >= 0
                };
            }));
            if (question && !self.canAsk()) { question.remove(); question = null; }
        };

        function command(name, data) {
            return OctoPrint.simpleApiCommand("c3po", name, data || {}).done(self.load).fail(function (answer) {
                var text = (answer.responseJSON && answer.responseJSON.error) || answer.status + "";
                new PNotify({title: "C3PO", text: _.escape(text), type: "error"});
            });
        }
        self.override = function () {
            var data = {reason: self.reason()};
            if (self.allowing()) data.sha256 = self.allowing().sha256;
            command("override", data).done(function () { self.reason(""); self.allowing(null); });
        };
        self.allow = function (row) { self.allowing(row); $("#c3po_reason").focus(); };
        self.forget = function () { self.allowing(null); };
        self.refuse = function () { command("refuse"); };
        self.clearBed = function () { command("clear_bed"); };
        self.restartEngine = function () { command("restart_engine"); };
        self.showTab = function () { $('#tabs a[href="#tab_plugin_c3po"]').tab("show"); };
        self.showPicture = function (row) { self.pictureOf(row.name); self.picture(pictureUrl(row.picture)); };
        self.livePictureMissing = function () { self.livePicture(""); };
        self.pictureMissing = function () { self.picture(""); };

        function tick() {
            if (self.job() && self.job().phase === "running") {
                OctoPrint.simpleApiCommand("c3po", "live_picture", {}).done(function () {
                    window.setTimeout(function () { self.livePicture(pictureUrl("live.png")); }, 1000);
                });
            } else if (self.job()) {
                self.load();
            }
        }
        self.onTabChange = function (current) {
            active = current === "#tab_plugin_c3po";
            window.clearInterval(timer);
            if (active) {
                self.load();
                timer = window.setInterval(tick, 3000);
            }
        };

        // Many files may be marked at once: read the list once for all of them.
        var reloadFiles = _.debounce(function () { self.files.requestData({force: true}); }, 500);

        self.onBeforeBinding = function () { self.load(); };
        self.onUserLoggedIn = self.onUserLoggedOut = function () { self.load(); };
        self.onDataUpdaterReconnect = function () { self.load(); };
        self.onDataUpdaterPluginMessage = function (plugin, message) {
            if (plugin !== "c3po") return;
            if (message.type === "marked") { reloadFiles(); return; }
            self.load();
            if (message.type === "message") {
                var shown = new PNotify({
                    title: {stopped: gettext("C3PO stopped a print"), ask: gettext("C3PO asks")}[message.kind] || "C3PO",
                    text: "<p>" + _.escape(message.text) + "</p><p>" +
                        _.escape(gettext("The tab C3PO shows why, and where to allow it.")) + "</p>",
                    type: message.kind === "stopped" ? "error" : "notice",
                    hide: false
                });
                if (message.kind === "ask") question = shown;
            } else if (message.type === "verdict") {
                new PNotify({
                    title: "C3PO", text: _.escape(message.name + ": " + message.finding + message.text),
                    type: message.finding === "weapon" ? "error" : "notice", hide: false
                });
            } else if (message.type === "picture") {
                self.livePicture(pictureUrl(message.picture));
            }
        };
    }

    markFileList();
    OCTOPRINT_VIEWMODELS.push({
        construct: C3poViewModel,
        dependencies: ["settingsViewModel", "loginStateViewModel", "filesViewModel"],
        elements: ["#navbar_plugin_c3po", "#tab_plugin_c3po", "#wizard_plugin_c3po"]
    });
});
